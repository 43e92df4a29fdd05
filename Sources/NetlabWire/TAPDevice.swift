import CNetlab
import LinuxSystem

/// An Ethernet device whose cable is a descriptor of this process. When the last owner lets go the cable is pulled
/// for good; the device itself goes with its namespace, which ends at once if nobody else holds it.
///
/// Its end is left to the namespace because unregistering a device by itself waits for a grace period of the kernel
/// (20 ms each), and a namespace waits once for all of its devices, in the background.
///
/// It comes into being down and without addresses: setting it up is netlink's business. Its transmit queue
/// holds `txQueueLength` packets (1000 by default) until the wire has read them; what the queue cannot take
/// is dropped by the device before the link is offered it, and is in the device's own `tx_dropped`.
///
/// Kernel: drivers/net/tun.c.
/// Equivalent to: `ip tuntap add dev NAME mode tap`
public final class TAPDevice: Sendable {
    /// The device's name in its namespace.
    public let name: String
    /// Whether frames larger than one packet (TSO, USO) may pass. If not, the kernel cuts them before they are
    /// offered, and one frame is one packet.
    public let carriesSuperPackets: Bool
    private let descriptor: OwnedFileDescriptor

    var fileDescriptor: Int32 { descriptor.number }

    /// Makes the device inside a namespace. The calling thread must be at home.
    ///
    /// - Parameters:
    ///   - name: 1 to 15 bytes.
    /// - Throws: `SystemError`: EBUSY if the name is taken, EPERM without CAP_NET_ADMIN there, ENOENT or
    ///   EACCES where /dev/net/tun is missing or closed to this user.
    public init(
        name: String, in namespace: NetworkNamespace, carriesSuperPackets: Bool = false
    ) throws(SystemError) {
        guard (1...15).contains(name.utf8.count) else {
            throw SystemError("create TAP device, whose name has to have 1 to 15 bytes,", errno: 22, on: name)
        }
        descriptor = try namespace.run { () throws(SystemError) -> OwnedFileDescriptor in
            let number = cnetlab_tap_open(name, carriesSuperPackets ? 1 : 0)
            guard number >= 0 else { throw .last("create TAP device", on: name) }
            return OwnedFileDescriptor(adopting: LowDescriptors.spare(number))
        }
        self.name = name
        self.carriesSuperPackets = carriesSuperPackets
        if carriesSuperPackets, cnetlab_tap_set_offloads(descriptor.number, 1) != 0 {
            throw .last("set offloads of TAP device", on: name)
        }
        // Last, so that a device of which something failed goes with its descriptor.
        guard cnetlab_tap_persist(descriptor.number) == 0 else {
            throw .last("leave the end of a TAP device to its namespace", on: name)
        }
    }

    /// Plugs the cable in or pulls it: the device's carrier, not its administrative state.
    ///
    /// Kernel: `TUNSETCARRIER`, since 5.0.
    /// Equivalent to: `ip link set dev NAME carrier on|off`
    /// - Throws: `SystemError`: EINVAL on older kernels.
    public func setCarrier(isUp: Bool) throws(SystemError) {
        guard cnetlab_tap_set_carrier(fileDescriptor, isUp ? 1 : 0) == 0 else {
            throw .last("set carrier of TAP device", on: name)
        }
    }
}
