import NetlabModel
import Testing

@Suite("Addresses")
struct AddressTests {
    /// RFC 5952, sections 4 and 5; RFC 4291, section 2.2.
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
        ("2001:DB8::1", "2001:db8::1"), ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("fe80::", "fe80::"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
    func addressIsReadAndWrittenCanonically(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
        #expect(IPAddress(canonical)?.description == canonical)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.1.2", "10.0.0.-1", " 10.0.0.1", "0x0a.0.0.1", ":",
        ":::",
        "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1.2.3", "1:2:3:4:5:6:7:8::",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.1/24", "10.0.0.0/24", "10.0.0.255", "10.0.1.0"),
        ("10.0.0.1/0", "0.0.0.0/0", "192.0.2.1", "::1"),
        ("10.0.0.1", "10.0.0.1/32", "10.0.0.1", "10.0.0.2"),
        ("10.0.0.129/25", "10.0.0.128/25", "10.0.0.200", "10.0.0.127"),
        ("2001:db8::1/64", "2001:db8::/64", "2001:db8::ffff", "2001:db8:0:1::1"),
        ("2001:db8::1/61", "2001:db8::/61", "2001:db8:0:7::1", "2001:db8:0:8::1"),
    ])
    func prefixKnowsItsNetwork(text: String, network: String, inside: String, outside: String) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.network.description == network)
        #expect(prefix.contains(try #require(IPAddress(inside))))
        #expect(!prefix.contains(try #require(IPAddress(outside))))
    }

    @Test(arguments: [
        "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/", "10.0.0.1/08", "2001:db8::/129", "/24", "10.0.0.1/24/8",
    ])
    func whatIsNoPrefixIsRefused(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test func linkLayerAddressIsSixPairsOfDigits() {
        #expect(MACAddress("02:00:5E:00:53:01")?.description == "02:00:5e:00:53:01")
        for text in ["", "02:00:00:00:00", "2:0:0:0:0:1", "02:00:00:00:00:0g", "02-00-00-00-00-01"] {
            #expect(MACAddress(text) == nil)
        }
    }

    @Test func interfaceIsNamedByItsNode() {
        #expect(InterfaceID("client/eth0") == InterfaceID(node: "client", interface: "eth0"))
        for text in ["client", "client/", "/eth0", "client/eth0/1", ""] { #expect(InterfaceID(text) == nil) }
    }
}
