export { describeWith, isInstalled, type Tool } from './tools.ts';
