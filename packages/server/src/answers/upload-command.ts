/** The command that brings missing symbols, ready to paste. */
export function uploadCommand(build: string, origin: { readonly project: string; readonly url: string }): string {
  return `npx --no-install noinit symbols upload --server ${origin.url} --project ${origin.project} FILE.elf  # build ${build}`;
}
