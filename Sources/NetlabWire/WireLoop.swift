import CNetlab
import LinuxSystem
import NetlabModel
import Synchronization

/// The thread of one direction; the thread owns it, so a wire may go away while it runs.
final class WireLoop: Sendable {
    let lane: Mutex<WireLane>
    private let input: Int32
    private let wake: EventFD
    private let shallStop = Atomic<Bool>(false)
    /// Kept open for the thread's sake.
    private let devices: [TAPDevice]
    /// How often the thread has gone to sleep.
    let sleeps = Atomic<Int>(0)
    /// The kernel's number of the thread; 0 before it runs.
    let threadID = Atomic<Int32>(0)

    init(
        from: WireEnd, to: WireEnd, seed: UInt64, impairments: [NamedImpairment], options: Wire.Options,
        memory: WireMemory
    ) throws(SystemError) {
        wake = try EventFD()
        devices = [from.device, to.device]
        input = from.device.fileDescriptor
        lane = Mutex(
            WireLane(
                from: from, to: to, seed: seed, impairments: impairments, options: options, memory: memory))
    }

    func requestStop() {
        shallStop.store(true, ordering: .releasing)
        wake.signal()
    }

    /// Makes the thread look again at what is due.
    func nudge() { wake.signal() }

    func run() {
        // The default slack of 50 us would be added to every delay.
        cnetlab_sharpen_timers()
        threadID.store(cnetlab_gettid(), ordering: .relaxed)
        var isReadable = true
        var isOpen = true
        while !shallStop.load(ordering: .acquiring) {
            let pause = lane.withLock { lane in
                if !isOpen { lane.close() }
                let pause = lane.turn(isReadable: isReadable)
                isOpen = lane.isOpen
                return pause
            }
            sleeps.add(1, ordering: .relaxed)
            // A descriptor that is broken is readable for ever: it is waited for no more.
            let ready = max(cnetlab_wire_wait(isOpen ? input : -1, wake.fileDescriptor, pause), 0)
            isReadable = ready & 1 != 0
            if ready & 2 != 0 { wake.drain() }
            if ready & 4 != 0 { isOpen = false }
        }
    }
}
