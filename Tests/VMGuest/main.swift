import Glibc
import LinuxSystem
import NetlabVM

// The first process of the machines that tests boot. The name of the job's scenario says what it does, or how it dies.

guard VirtualGuest.isHere else {
    print("this is for virtual machines")
    exit(64)
}
let notes = VirtualGuest.prepare()
VirtualGuest.progress("reading the job")
let job = try GuestJob.read()
VirtualGuest.progress("doing \(job.scenario.name)")
var facts = notes.map { "note \($0)" }
switch job.scenario.name {
case "answer":
    facts.append("release \(KernelRelease.running.text)")
    facts.append("modules \((try? TextFile.read("/proc/modules")) ?? "")")
    facts.append("text \(job.scenario.text)")
    // Waits for ever where the guest has no randomness.
    facts.append("random \(UInt64.random(in: 1 ... .max) != 0)")
case "hour":
    let start = MonotonicClock.now()
    sleep(3600)
    facts.append("slept \(MonotonicClock.elapsed(since: start).components.seconds)")
case "program":
    // The lines of the text are a command and its arguments.
    let command = job.scenario.text.split(separator: "\n").map(String.init)
    let outcome = try await ChildProcess.run(
        ChildCommand(command[0], Array(command.dropFirst()), timeout: .seconds(20)))
    facts.append("\(outcome.summary): \(outcome.standardOutput.text)\(outcome.standardError.text)")
case "panic": try TextFile.write("c", to: "/proc/sysrq-trigger")
case "hang": while true { pause() }
case "memory":
    while let block = malloc(1 << 20) { memset(block, 1, 1 << 20) }
case "crash": exit(3)
case "silence": VirtualGuest.powerOff()
default: break
}
try VirtualGuest.send([GuestMessage(.record, facts.joined(separator: "\n"))])
VirtualGuest.powerOff()
