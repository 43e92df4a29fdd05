import Testing

@testable import LinuxSystem

struct JSONTests {
    @Test func documentsAreReadInFull() throws {
        let value = try JSONValue(
            parsing:
                " {\"a\": [1, -2.5e3, true, false, null], \"b\\n\\u00e9\\ud83d\\ude00\": {}, \"c\": \"\\\\\\/\\\"\"} "
        )
        #expect(value["a"]?.array == [.number("1"), .number("-2.5e3"), .bool(true), .bool(false), .null])
        #expect(value["b\né😀"] == .object([:]))
        #expect(value["c"]?.string == "\\/\"")
        #expect(try JSONValue(parsing: value.text) == value)
    }

    @Test func largeCountersKeepTheirDigits() throws {
        #expect(try JSONValue(parsing: "18446744073709551615").unsigned == .max)
        #expect(try JSONValue(parsing: "-1").unsigned == nil)
        #expect(try JSONValue(parsing: "-1").int == -1)
    }

    @Test(arguments: [
        ("", "not JSON at byte 0: the text ends early"),
        ("{\"a\" 1}", "not JSON at byte 5: ':' was expected"),
        ("[1 2]", "not JSON at byte 3: ',' or ']' was expected"),
        ("[1,]", "not JSON at byte 3: a value was expected"),
        ("{1:2}", "not JSON at byte 1: a key was expected"),
        ("truth", "not JSON at byte 0: an unknown word"),
        ("01", "not JSON at byte 0: a number with a leading zero"),
        ("1.", "not JSON at byte 2: a digit was expected"),
        ("\"\\x\"", "not JSON at byte 2: an unknown escape"),
        ("\"\n\"", "not JSON at byte 1: a control character in a string"),
        ("\"abc", "not JSON at byte 4: a string without its end"),
        ("\"\\ud800\"", "not JSON at byte 7: half a surrogate pair"),
        ("1 2", "not JSON at byte 2: more text after the document"),
    ])
    func whatIsNoneIsRefusedWithItsPlace(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.description == message)
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
        #expect(error?.description == "not JSON at byte 512: nested too deeply")
    }

    @Test func textsAreEscapedAndInOrder() {
        let value = JSONValue.object(["b": .string("\u{1}\t\"\\"), "a": .array([.integer(1), .null])])
        #expect(value.text == #"{"a":[1,null],"b":"\u0001\t\"\\"}"#)
    }
}
