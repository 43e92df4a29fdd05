import NetlabModel
import Testing

@testable import NetlabVM

@Suite("What a guest and its host tell one another")
struct GuestMessageTests {
    static let record = GuestMessage(.record, #"{"a":1}"#)
    static let note = GuestMessage(.note, "the module x: ENOEXEC\nand more")

    @Test func headlineSaysKindLengthAndSum() {
        let text = String(decoding: Self.record.encoded, as: UTF8.self)
        #expect(text == "netlab-vm 1 record 7 \(Checksum.text(Self.record.payload))\n{\"a\":1}")
    }

    @Test func messagesComeBackInOrder() {
        let (messages, problem) = GuestMessage.decode(Self.note.encoded + Self.record.encoded)
        #expect(messages == [Self.note, Self.record])
        #expect(problem == nil)
    }

    @Test func nothingIsNoMessageAndNoProblem() {
        let (messages, problem) = GuestMessage.decode([])
        #expect(messages.isEmpty && problem == nil)
    }

    @Test func everyCutIsSeen() {
        let whole = Self.note.encoded + Self.record.encoded
        for length in 1..<whole.count where length != Self.note.encoded.count {
            let (messages, problem) = GuestMessage.decode(Array(whole[..<length]))
            #expect(problem != nil, "cut at \(length)")
            #expect(!messages.contains(Self.record))
        }
    }

    @Test func damageIsSeen() {
        var bytes = Self.record.encoded
        bytes[bytes.count - 2] ^= 1
        #expect(GuestMessage.decode(bytes).problem == "the record was damaged on its way")
    }

    @Test(arguments: [
        "hello\n", "netlab-vm 2 record 1 00\nx", "netlab-vm 1 letter 1 00\nx", "netlab-vm 1 record -1 00\nx",
    ])
    func foreignWordsAreNoMessage(text: String) {
        let (messages, problem) = GuestMessage.decode(Array(text.utf8))
        #expect(messages.isEmpty)
        #expect(problem?.hasPrefix("the answer has a headline that makes no sense") == true)
    }

    static let job = GuestJob(
        scenario: ScenarioSource(
            name: "mtu-100", path: "./mine.yaml", text: "title: x\n",
            parameters: ["mtu": "127", "note": "a=b\nc"]),
        withheld: "fault", allowsExec: true, captures: true, hasVirtualTime: true,
        commandLine: ["netlab", "run", "x y"],
        tool: "1.2.3")

    @Test func jobComesBackFromItsFiles() throws {
        let entries = try NewcArchiveTests.entries(Self.job.archive(entropy: [1, 2, 3]))
        let facts = try #require(entries.first { $0.name == "netlab/job/facts" }?.content)
        let text = try #require(entries.first { $0.name == "netlab/job/scenario.yaml" }?.content)
        #expect(entries.first { $0.name == "netlab/job/entropy" }?.content == [1, 2, 3])
        let read = try GuestJob(facts: GuestJob.decode(facts), text: String(decoding: text, as: UTF8.self))
        #expect(read == Self.job)
        #expect(read.scenario.hash == Self.job.scenario.hash)
    }

    @Test func jobThatIsCutOffIsRefused() throws {
        let whole = GuestJob.encode([("name", "a"), ("path", "b")])
        #expect(throws: GuestJobError(problem: "the job is cut off")) {
            try GuestJob.decode(Array(whole.dropLast()))
        }
        #expect(throws: GuestJobError(problem: "a fact of the job has no value")) {
            try GuestJob.decode(Array(whole.dropLast(2)))
        }
        #expect(throws: GuestJobError(problem: "the job names no scenario")) {
            try GuestJob(facts: [("name", "a")], text: "")
        }
    }
}
