import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

@Suite(.leavesNothingBehind) struct SignalsTests {
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalIsAValueAndThenTheDeathOfTheProcess(signal: Int32) async throws {
        let (child, line) = try await ProbeProgram.start(["signals"])
        #expect(line == "ready SIGINT SIGTERM SIGHUP")
        try child.send(signal)
        let outcome = await child.outcome()
        #expect(outcome.standardOutput.text == "\(line)\ngot \(SignalName.name(signal))\n")
        #expect(outcome.termination == .signalled(signal))
        #expect(outcome.ending == .byItself)
    }

    @Test(.needsProgram("nohup")) func hangUpStaysIgnoredUnderNohup() async throws {
        // Children start with all signals at their default, so nohup is what makes the difference here.
        let child = try await ChildProcess.start(
            ChildCommand("nohup", [try ProbeProgram.path, "signals"], timeout: .seconds(30)))
        while child.isRunning, !child.output.standard.text.contains("\n") {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(child.output.standard.text == "ready SIGINT SIGTERM\n")
        try child.send(SIGHUP)
        try child.send(SIGTERM)
        let outcome = await child.outcome()
        #expect(outcome.standardOutput.text == "ready SIGINT SIGTERM\ngot SIGTERM\n")
        #expect(outcome.termination == .signalled(SIGTERM))
    }

    @Test func signalsThatComeTogetherAreAllTold() async throws {
        // SIGUSR2 is nobody else's in this process.
        let signals = try Signals([SIGUSR2])
        defer { signals.restoreDefaults() }
        kill(getpid(), SIGUSR2)
        var iterator = signals.stream.makeAsyncIterator()
        #expect(await iterator.next() == SIGUSR2)
    }
}
