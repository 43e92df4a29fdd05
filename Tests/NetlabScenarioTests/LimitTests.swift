import NetlabModel
import NetlabScenario
import Testing

/// Files made to hurt: each gets an error, soon.
@Suite struct LimitTests {
    struct Hurtful: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var message: String
        var testDescription: String { name }
    }

    private static let bomb: String = {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text
    }()

    private static let table = [
        Hurtful(name: "alias bomb", text: bomb, message: "the file has more than 20000 values"),
        Hurtful(
            name: "alias bomb as a key", text: bomb + "? *a9\n: 1\n? *a9\n: 2\n",
            message: "a key that is not a plain word, in a file with aliases (*)"),
        Hurtful(
            name: "alias bomb as a key in brackets", text: bomb + "k: { [*a9]: 1, [*a9] : 2 }\n",
            message: "a key that is not a plain word, in a file with aliases (*)"),
        Hurtful(
            name: "alias bomb as a bare key", text: bomb + "*a9 : 1\n",
            message: "a key that is not a plain word, in a file with aliases (*)"),
        Hurtful(
            name: "many aliases",
            text: "a: &a x\nb: [\([String](repeating: "*a", count: 101).joined(separator: ", "))]",
            message: "the file has more than 100 aliases (*)"),
        Hurtful(
            name: "brackets a million deep", text: String(repeating: "[", count: 100_000),
            message: "the file is nested more than 64 deep"),
        Hurtful(
            name: "brackets 100 deep",
            text: "a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
            message: "the file is nested more than 64 deep"),
        Hurtful(
            name: "dashes 500 deep", text: String(repeating: "- ", count: 500) + "x",
            message: "the file is nested more than 64 deep"),
        Hurtful(
            name: "question marks 500 deep", text: String(repeating: "? ", count: 500) + "x",
            message: "the file is nested more than 64 deep"),
        Hurtful(
            name: "mappings 900 deep",
            text: (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            message: "the file has more than 128 KiB"),
        Hurtful(
            name: "mappings 400 deep",
            text: (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            message: "the file is nested more than 64 deep"),
        Hurtful(
            name: "ten megabytes", text: "title: " + String(repeating: "x", count: 10_000_000),
            message: "the file has more than 128 KiB"),
        Hurtful(
            name: "fifty thousand values", text: "a: [" + String(repeating: "x,", count: 50_000) + "]",
            message: "the file has more than 20000 values"),
    ]

    @Test(arguments: table) func hurtfulFileGetsAnErrorSoon(hurtful: Hurtful) {
        let source = ScenarioSource(name: "hurtful", path: "hurtful.yaml", text: hurtful.text)
        var diagnostics: [Diagnostic] = []
        let cost = ThreadTime.measure { diagnostics = ScenarioParser.parse(source).diagnostics }
        #expect(diagnostics.map(\.message).contains(hurtful.message))
        #expect(diagnostics.count <= 3)
        // A debug build may take ten times what a release build is allowed.
        #expect(cost < .seconds(1))
    }

    @Test func complaintsAreBoundedInNumber() {
        let keys = (0..<1000).map { "k\($0): 1" }.joined(separator: "\n")
        let source = ScenarioSource(name: "many", path: "many.yaml", text: keys)
        #expect(ScenarioParser.parse(source).diagnostics.count == 200)
    }

    @Test func aliasesOfOrdinarySizeAreFollowed() {
        let text = BrokenScenario.sound
            .replacing(
                "expect: [web.succeeded == 10, server TcpExt.ListenOverflows stays]",
                with: "expect: &quiet [web.succeeded == 10]"
            )
            .replacing("    expect: [web.succeeded == 10]\nlesson", with: "    expect: *quiet\nlesson")
        #expect(BrokenScenario.complaints(about: text) == [])
    }
}
