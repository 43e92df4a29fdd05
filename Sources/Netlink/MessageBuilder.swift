import CMnl

/// A netlink request under construction, which remembers where it put which attribute.
///
/// The kernel's complaint about an attribute is an offset into the request; only the builder can turn it back
/// into a name.
struct MessageBuilder {
    /// The request so far: header, family header, attributes, each padded to four bytes.
    private(set) var bytes: [UInt8]
    /// Whether an attribute is longer than its 16-bit length can say: such a request must not be sent.
    private(set) var isOverlong = false
    private var places: [Place] = []
    private var enclosing: Int?
    private let flags: Int32

    private struct Place {
        var offset: Int
        var name: StaticString
        var parent: Int?
    }

    static let headerLength = 16

    /// Starts a request; length, sequence number and port are filled in when it is sent.
    init(type: Int, flags: Int32 = 0) {
        self.flags = flags
        bytes = []
        bytes.reserveCapacity(256)
        append(UInt32(0))
        append(UInt16(truncatingIfNeeded: type))
        append(UInt16(truncatingIfNeeded: flags))
        append(UInt32(0))
        append(UInt32(0))
    }

    /// Starts a request with its family header (`ifinfomsg`, `rtmsg`, `tcmsg`, …).
    init<Header: BitwiseCopyable>(type: Int, flags: Int32 = 0, header: Header) {
        self.init(type: type, flags: flags)
        appendStruct(header)
    }

    /// Appends a structure of the kernel's, padded to four bytes.
    mutating func appendStruct<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        pad()
    }

    /// Puts an integer in host byte order.
    mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Int, _ name: StaticString, _ value: Value
    ) {
        putHeader(type, name, length: MemoryLayout<Value>.size)
        append(value)
        pad()
    }

    /// Puts raw bytes: an address, a table.
    mutating func put(_ type: Int, _ name: StaticString, bytes payload: some Collection<UInt8>) {
        putHeader(type, name, length: payload.count)
        bytes.append(contentsOf: payload)
        pad()
    }

    /// Puts a string with its terminating zero.
    mutating func put(_ type: Int, _ name: StaticString, _ text: String) {
        putHeader(type, name, length: text.utf8.count + 1)
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
        pad()
    }

    /// Puts a structure of the kernel's.
    mutating func put<Value: BitwiseCopyable>(_ type: Int, _ name: StaticString, structure: Value) {
        putHeader(type, name, length: MemoryLayout<Value>.size)
        appendStruct(structure)
    }

    /// Puts an attribute whose presence is its value.
    mutating func putFlag(_ type: Int, _ name: StaticString) {
        putHeader(type, name, length: 0)
    }

    /// Puts an attribute that holds what the closure puts.
    ///
    /// - Parameter marked: whether the type carries `NLA_F_NESTED`; strict families ask for it, `tc` and `ip`
    ///   leave it out where older kernels compared the type as a whole.
    mutating func nest(
        _ type: Int, _ name: StaticString, marked: Bool = true, _ content: (inout MessageBuilder) -> Void
    ) {
        let start = bytes.count
        let outer = enclosing
        putHeader(marked ? type | Self.nestedFlag : type, name, length: 0)
        enclosing = places.count - 1
        content(&self)
        enclosing = outer
        if bytes.count - start > Int(UInt16.max) { isOverlong = true }
        store(UInt16(truncatingIfNeeded: bytes.count - start), at: start)
    }

    /// Completes the header. The request may be sent as it is afterwards.
    mutating func seal(sequence: UInt32, port: UInt32, addingFlags flags: Int32) {
        store(UInt32(truncatingIfNeeded: bytes.count), at: 0)
        store(UInt16(truncatingIfNeeded: self.flags | flags), at: 6)
        store(sequence, at: 8)
        store(port, at: 12)
    }

    /// Names the attribute whose header stands at an offset of the message, outermost first; empty if none does.
    func path(toOffset offset: Int) -> [String] {
        guard var index = places.lastIndex(where: { $0.offset == offset }) else { return [] }
        var names = ["\(places[index].name)"]
        while let parent = places[index].parent {
            names.insert("\(places[parent].name)", at: 0)
            index = parent
        }
        return names
    }

    private static let nestedFlag = 0x8000

    private mutating func putHeader(_ type: Int, _ name: StaticString, length: Int) {
        if length + 4 > Int(UInt16.max) { isOverlong = true }
        places.append(Place(offset: bytes.count, name: name, parent: enclosing))
        append(UInt16(truncatingIfNeeded: length + 4))
        append(UInt16(truncatingIfNeeded: type))
    }

    private mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    private mutating func pad() {
        while bytes.count & 3 != 0 { bytes.append(0) }
    }

    private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: offset, as: Value.self) }
    }
}
