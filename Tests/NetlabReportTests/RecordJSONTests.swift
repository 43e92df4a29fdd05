import NetlabModel
import NetlabVerdict
import Testing

@testable import NetlabReport

@Suite("JSON")
struct RecordJSONTests {
    @Test func recordSurvivesWritingAndReading() throws {
        var record = MTUFixture.record
        record.leaks = ["namespace server"]
        record.missing = [MissingNeed(need: "tun", reason: "no /dev/net/tun", cure: "modprobe tun")]
        record.phases[0].before.unsupported = ["MPTcpExt": "this kernel has no MPTCP"]
        let bytes = try RecordJSON.encode(record)
        let copy = try RecordJSON.record(from: bytes)
        #expect(try RecordJSON.encode(copy) == bytes)
        #expect(copy.phases[1].after == record.phases[1].after)
        #expect(Judge.judge(copy, plan: MTUFixture.plan) == Judge.judge(record, plan: MTUFixture.plan))
    }

    @Test func keysAreSortedAndTextEndsWithALineBreak() throws {
        let text = String(decoding: try RecordJSON.encode(MTUFixture.verdict), as: UTF8.self)
        #expect(text.hasPrefix("{\n  \"causes\" : ["))
        #expect(text.hasSuffix("}\n"))
        let line = String(decoding: try RecordJSON.encodeLine(MTUFixture.verdict), as: UTF8.self)
        #expect(line.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        ("", "this is not JSON; give a record that netlab run has saved"),
        (
            "[]",
            "the record is not an object; give a record that netlab run has saved"
        ),
        ("{}", "format is missing; give a record that netlab run has saved"),
        (
            #"{"format": 99}"#,
            "the record has format 99, this netlab reads format 1; judge it with the netlab that made it"
        ),
    ])
    func whatIsNoRecordIsRefusedWithItsReason(text: String, message: String) {
        let error = #expect(throws: RecordError.self) { try RecordJSON.record(from: Array(text.utf8)) }
        #expect(error?.description == message)
    }

    @Test func errorNamesThePlaceInTheRecord() throws {
        let text = String(decoding: try RecordJSON.encode(MTUFixture.record), as: UTF8.self)
        let broken = text.replacing("\"connectTime\" : 90000", with: "\"connectTime\" : \"soon\"")
        let error = #expect(throws: RecordError.self) { try RecordJSON.record(from: Array(broken.utf8)) }
        #expect(error?.problem == "phases[0].flows.web.attempts[0].connectTime is not a whole number")
    }
}
