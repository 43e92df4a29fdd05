import LinuxSystem
import NetlabModel

extension LabNode {
    func setOffloads(_ features: [String: Bool], on interface: String) throws {
        throw LabLimit("offloads cannot be switched yet")
    }

    func setQdisc(_ qdisc: Qdisc?, on interface: String) throws {
        throw LabLimit("qdiscs cannot be set yet")
    }

    func setNames(hosts: [String: IPAddress], resolver: String?) throws {
        throw LabLimit("names cannot be set yet")
    }
}
