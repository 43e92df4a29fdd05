import CNetlab
import LinuxSystem
import NetlabModel
import Synchronization

/// The thread's side of a wire; the thread owns it, so a wire may go away while it runs.
final class WireLoop: Sendable {
    let core: Mutex<WireCore>
    private let wake: EventFD
    private let shallStop = Atomic<Bool>(false)
    /// Kept open for the thread's sake.
    private let devices: [TAPDevice]
    /// How often the thread has gone to sleep.
    let sleeps = Atomic<Int>(0)
    /// The kernel's number of the thread; 0 before it runs.
    let threadID = Atomic<Int32>(0)

    init(
        ends: (WireEnd, WireEnd), seed: UInt64, impairments: [NamedImpairment], options: Wire.Options
    ) throws(SystemError) {
        wake = try EventFD()
        devices = [ends.0.device, ends.1.device]
        core = Mutex(WireCore(ends: ends, seed: seed, impairments: impairments, options: options))
    }

    func requestStop() {
        shallStop.store(true, ordering: .releasing)
        wake.signal()
    }

    func update(_ impairments: [NamedImpairment]) {
        core.withLock { $0.update(impairments) }
        // A packet that a pattern held may be due now, and the thread sleeps.
        wake.signal()
    }

    func run() {
        // The default slack of 50 us would be added to every delay.
        _ = cnetlab_set_timer_slack(1)
        threadID.store(cnetlab_gettid(), ordering: .relaxed)
        var ready: Int32 = 3
        while !shallStop.load(ordering: .acquiring) {
            let pause = core.withLock { core in core.turn(ready: ready) }
            sleeps.add(1, ordering: .relaxed)
            ready = cnetlab_wire_wait(pause.first, pause.second, wake.fileDescriptor, pause.nanoseconds)
            if ready < 0 { ready = 0 }
            if ready & 4 != 0 { wake.drain() }
        }
    }
}
