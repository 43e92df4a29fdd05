import Glibc
import Testing

@testable import LinuxSystem
@testable import NetlabVM

@Suite("How a virtual machine ended")
struct MachineEndTests {
    typealias Termination = ChildProcess.Outcome.Termination

    static let boot = "[    0.000000] Linux version 6.1.0\r\n"
    static let progress = "netlab-progress: mtu-100: phase 2 of 3, fault\r\n"
    static let record = GuestMessage(.record, "{}").encoded

    static func end(
        _ termination: Termination = .exited(0), ending: ChildProcess.Outcome.Ending = .byItself,
        error: String = "", console: String = boot + progress, stream: [UInt8] = record
    ) -> MachineEnd {
        var output = CapturedOutput()
        output.bytes = Array(error.utf8)
        let outcome = ChildProcess.Outcome(
            termination: termination, ending: ending, standardOutput: CapturedOutput(), standardError: output,
            elapsed: .zero, userTime: .zero, systemTime: .zero, peakResidentBytes: 0, voluntarySwitches: 0,
            involuntarySwitches: 0)
        return MachineEnd(
            outcome: outcome, console: MachineEnd.text(ofConsole: Array(console.utf8)), stream: stream,
            limit: .seconds(60), megabytes: 256)
    }

    @Test func wholeRecordOfAMachineSwitchedOffIsTaken() {
        let end = Self.end(stream: GuestMessage(.note, "hm").encoded + Self.record)
        #expect(end.cause == nil)
        #expect(end.record == Array("{}".utf8))
        #expect(end.notes == ["hm"])
    }

    /// Each way to die, with what a person is told. Every one of them came with a whole record, which must not count.
    @Test(arguments: [
        (
            "Kernel panic - not syncing: sysrq triggered crash\r\n",
            "the virtual machine's kernel panicked: sysrq triggered crash, last seen at: mtu-100: phase 2 of 3, fault"
        ),
        (
            "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000004\r\n",
            "netlab in the virtual machine crashed (Attempted to kill init! exitcode=0x00000004), last seen at: mtu-100: phase 2 of 3, fault"
        ),
        (
            "Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled\r\n",
            "the virtual machine ran out of memory (256 MiB); --vm-memory gives it more, last seen at: mtu-100: phase 2 of 3, fault"
        ),
        (
            "Initramfs unpacking failed: write error\r\n",
            "the virtual machine could not unpack its file system in 256 MiB; --vm-memory gives it more"
        ),
    ])
    func deathOnTheConsoleIsACause(words: String, cause: String) {
        let end = Self.end(console: Self.boot + Self.progress + "[ 2.1] " + words)
        #expect(end.cause == cause)
        #expect(end.record == nil)
    }

    @Test func hangIsToldWithItsPlace() {
        let end = Self.end(.exited(0), ending: .timedOut, stream: [])
        #expect(
            end.cause
                == "the virtual machine was still running after the limit of 60 s, last seen at: mtu-100: phase 2 of 3, fault"
        )
        #expect(
            Self.end(.exited(0), ending: .timedOut, console: Self.boot, stream: []).cause
                == "the virtual machine was still running after the limit of 60 s, before netlab began in it")
    }

    @Test func killedEmulatorIsTold() {
        #expect(
            Self.end(.signalled(SIGKILL)).cause?.hasPrefix("QEMU was killed by SIGKILL, last seen at") == true
        )
        #expect(Self.end(.signalled(SIGKILL)).record == nil)
        let gently = Self.end(
            error: "qemu-system-x86_64: terminating on signal 15 from pid 77 (kill)\n", stream: [])
        #expect(gently.cause?.hasPrefix("QEMU was ended by signal 15 from pid 77 (kill), last seen") == true)
    }

    @Test func emulatorThatDoesNotStartIsQuoted() {
        let end = Self.end(.exited(1), error: "qemu: could not open '/k'\n", console: "", stream: [])
        #expect(end.cause == "QEMU ended with exit code 1: qemu: could not open '/k'")
    }

    @Test func silenceIsNoSuccess() {
        #expect(
            Self.end(stream: []).cause
                == "the virtual machine ended without a record, last seen at: mtu-100: phase 2 of 3, fault")
        #expect(
            Self.end(stream: Array(Self.record.dropLast())).cause
                == "the virtual machine's answer is not whole: the record breaks off after 1 of 2 bytes")
    }

    @Test func guestThatGivesUpSaysWhy() {
        let end = Self.end(stream: GuestMessage(.failure, "no job").encoded)
        #expect(end.cause == "netlab in the virtual machine gave up: no job")
    }

    @Test func lineOfProgressCountsWhenItIsWhole() {
        let text = MachineEnd.text(ofConsole: Array("netlab-progress: one\r\nnetlab-progress: tw".utf8))
        #expect(MachineEnd.lastProgress(in: text) == "one")
        #expect(MachineEnd.lastProgress(in: "nothing\n") == nil)
    }
}
