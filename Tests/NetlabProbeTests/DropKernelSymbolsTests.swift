import Testing

@testable import NetlabProbe

@Suite struct KernelSymbolsTests {
    static let sample = """
        0000000000000000 A fixed_percpu_data
        ffffffff81000100 T first
        ffffffff81000100 t alias
        ffffffff81000200 D some_data
        ffffffff81000300 t second.isra.0
        ffffffff81000400 W third\t[module]
        ffffffff81000280 t from_a_module\t[other]
        nonsense
        ffffffff81000500 t
        """

    @Test(arguments: [
        (UInt64(0xffff_ffff_8100_0100), "first"), (0xffff_ffff_8100_01ff, "first"),
        (0xffff_ffff_8100_0280, "from_a_module"), (0xffff_ffff_8100_0301, "second"),
        (0xffff_ffff_8100_0999, "third"),
    ]) func addressIsNamedAfterTheFunctionItIsIn(address: UInt64, name: String) {
        #expect(KernelSymbolTable(parsing: Array(Self.sample.utf8)).function(at: address) == name)
    }

    @Test func addressBelowEveryFunctionHasNoName() {
        #expect(
            KernelSymbolTable(parsing: Array(Self.sample.utf8)).function(at: 0xffff_ffff_8000_0000) == nil)
    }

    @Test func hiddenAddressesAreNoSymbols() {
        let hidden = "0000000000000000 T first\n0000000000000000 t second\n"
        #expect(KernelSymbolTable(parsing: Array(hidden.utf8)).isEmpty)
    }

    @Test func missingFileHidesAllSymbols() {
        let symbols = KernelSymbols(path: "/nonexistent", modulesPath: "/nonexistent")
        #expect(symbols.areHidden)
        #expect(symbols.function(at: 0xffff_ffff_8100_0100) == nil)
    }
}
