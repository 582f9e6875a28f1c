//! The attribute `#[global_logger]`: the four functions that defmt's macros call, of the struct it stands on.
extern crate proc_macro;
use proc_macro::{TokenStream, TokenTree};

#[proc_macro_attribute]
pub fn global_logger(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let name = match item.clone().into_iter().nth(1) {
        Some(TokenTree::Ident(name)) => name.to_string(),
        _ => panic!("wants `struct Name;`"),
    };
    let functions = [("acquire", "", ""), ("flush", "", ""), ("release", "", ""), ("write", "bytes: &[u8]", "bytes")];
    let mut code = item.to_string();
    for (function, parameters, arguments) in functions {
        code += &format!("#[no_mangle] unsafe fn _defmt_{function}({parameters}) {{ <{name} as defmt::Logger>::{function}({arguments}) }}");
    }
    code.parse().unwrap()
}
