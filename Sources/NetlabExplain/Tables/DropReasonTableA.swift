extension ExplanationTables {
    /// Reasons for which the kernel drops packets, in its own order.
    static let dropReasonsA = """
        NOT_SPECIFIED: Dropped by code that gives no reason. The function that dropped it tells more; some
            places do so in perfect health.
          since: between 5.17 and 6.1
        NO_SOCKET: Nobody listens on that port, or no connection fits the segment. Answered pings count here
            as well.
          with: Udp.NoPorts, Tcp.OutRsts
          at: net/ipv4/ping.c: ping_rcv; net/ipv4/syncookies.c: cookie_v4_check; net/ipv4/tcp_ipv4.c:
            tcp_v4_rcv; net/ipv4/udp.c: udp_rcv; net/ipv6/syncookies.c: cookie_v6_check;
            net/ipv6/tcp_ipv6.c: tcp_v6_rcv; net/ipv6/udp.c: udpv6_rcv
          since: between 5.17 and 6.1
        SOCKET_CLOSE: Still waiting in a socket's queue when the socket was closed.
          at: net/mptcp/protocol.c: __mptcp_add_backlog, mptcp_backlog_purge; net/unix/af_unix.c:
            unix_release_sock, unix_sock_destructor; net/unix/garbage.c: unix_gc
          since: after 6.1, by 6.12
        SOCKET_FILTER: Refused by a filter that the program put on its socket.
          at: net/core/filter.c: sk_filter_trim_cap
          since: between 5.17 and 6.1
        SOCKET_RCVBUFF: No room in the socket's receive buffer: the program reads too slowly.
          with: Udp.RcvbufErrors, skmem:PORT drops
          at: include/net/sock.h: sock_queue_rcv_skb; net/core/sock.c: __sk_receive_skb,
            sock_queue_rcv_skb_reason; net/ipv4/udp.c: __udp_queue_rcv_skb; net/ipv6/udp.c:
            __udpv6_queue_rcv_skb
          since: between 5.17 and 6.1
        UNIX_DISCONNECT: Waiting in a local (AF_UNIX) socket whose peer turned to somebody else.
          at: net/unix/af_unix.c: unix_dgram_disconnected
          since: after 6.12, by 6.18
        UNIX_SKIP_OOB: An urgent byte of a local (AF_UNIX) stream that the reader passed over.
          at: net/unix/af_unix.c: manage_oob, unix_stream_read_skb
          since: after 6.1, by 6.12
        PKT_TOO_SMALL: Shorter than the header that it claims to have.
          at: include/linux/skbuff.h: pskb_may_pull_reason; net/bridge/br_netfilter_hooks.c:
            br_nf_forward_arp, br_nf_pre_routing; net/ipv4/icmp.c: icmp_redirect, icmp_timestamp;
            net/ipv4/ip_input.c: ip_rcv_core; net/ipv4/tcp_input.c: tcp_rcv_established;
            net/ipv4/tcp_ipv4.c: tcp_v4_rcv; …
          since: between 5.17 and 6.1
        TCP_CSUM: The TCP checksum is wrong.
          with: Tcp.InCsumErrors
          at: net/ipv4/tcp_input.c: tcp_rcv_established; net/ipv4/tcp_ipv4.c: tcp_add_backlog,
            tcp_v4_do_rcv, tcp_v4_rcv; net/ipv6/tcp_ipv6.c: tcp_v6_do_rcv, tcp_v6_rcv
          since: between 5.17 and 6.1
        UDP_CSUM: The UDP checksum is wrong.
          with: Udp.InCsumErrors
          at: net/ipv4/udp.c: __first_packet_length, udp_queue_rcv_one_skb, udp_rcv, udp_read_skb,
            udp_recvmsg; net/ipv6/udp.c: udpv6_queue_rcv_one_skb, udpv6_rcv, udpv6_recvmsg
          since: between 5.17 and 6.1
        NETFILTER_DROP: Dropped by a firewall rule, or by connection tracking. The function tells which:
            nft_do_chain for nftables, nf_hook_slow for legacy iptables and tracking.
          with: rule:NAME, conntrack:drop
          at: net/netfilter/core.c: nf_hook_slow; net/netfilter/nf_synproxy_core.c: ipv4_synproxy_hook,
            ipv6_synproxy_hook; net/netfilter/nf_tables_core.c: nft_do_chain;
            net/netfilter/nfnetlink_queue.c: nf_reinject
          since: between 5.17 and 6.1
        OTHERHOST: The frame was addressed to another host's link-layer address.
          with: link:rx_otherhost_dropped
          at: net/ipv4/ip_input.c: ip_rcv_core; net/ipv6/ip6_input.c: ip6_rcv_core
          since: between 5.17 and 6.1
        IP_CSUM: The checksum of the IPv4 header is wrong.
          with: IpExt.InCsumErrors
          at: net/ipv4/ip_input.c: ip_rcv_core
          since: between 5.17 and 6.1
        IP_INHDR: The IP header makes no sense, or the time to live ran out at a router.
          with: Ip.InHdrErrors, Ip6.InHdrErrors
          at: net/bridge/br_netfilter_hooks.c: br_nf_forward_ip, br_nf_pre_routing;
            net/bridge/br_netfilter_ipv6.c: br_nf_pre_routing_ipv6; net/ipv4/icmp.c: icmp_unreach;
            net/ipv4/ip_forward.c: ip_forward; net/ipv4/ip_input.c: ip_rcv_core, ip_rcv_options;
            net/ipv6/exthdrs.c: ip6_parse_tlv; …
          since: between 5.17 and 6.1
        IP_RPFILTER: The reverse path filter: a reply would not leave by the interface that the packet came
            in by.
          with: TcpExt.IPReversePathFilter
          at: net/ipv4/fib_frontend.c: __fib_validate_source; net/ipv4/ip_input.c: ip_rcv_finish_core
          since: between 5.17 and 6.1
        UNICAST_IN_L2_MULTICAST: A packet for one host that came in a broadcast or multicast frame.
          at: net/ipv4/ip_input.c: ip_rcv_finish_core; net/ipv6/ip6_input.c: ip6_rcv_core
          since: between 5.17 and 6.1
        XFRM_POLICY: An IPsec policy does not allow it.
          with: Xfrm.InNoPols, Xfrm.InPolBlock, Xfrm.InTmplMismatch
          at: net/ipv4/icmp.c: icmp_rcv; net/ipv4/ip_forward.c: ip_forward; net/ipv4/ip_input.c:
            ip_protocol_deliver_rcu; net/ipv4/raw.c: raw_rcv; net/ipv4/tcp_ipv4.c: tcp_v4_rcv;
            net/ipv4/udp.c: udp_queue_rcv_one_skb; net/ipv6/exthdrs.c: ipv6_dest_hao; net/ipv6/icmp.c:
            icmpv6_rcv; …
          since: between 5.17 and 6.1
        IP_NOPROTO: Nobody takes the packet's protocol.
          with: Ip.InUnknownProtos
          at: net/ipv4/ip_input.c: ip_protocol_deliver_rcu; net/ipv6/ip6_input.c: ip6_protocol_deliver_rcu
          since: between 5.17 and 6.1
        PROTO_MEM: The memory for TCP or UDP as a whole, or for this socket, is used up (tcp_mem, udp_mem).
          with: TcpExt.TCPRcvQDrop, Udp.MemErrors
          at: include/net/sock.h: sock_queue_rcv_skb; net/core/sock.c: sock_queue_rcv_skb_reason;
            net/ipv4/tcp_input.c: tcp_data_queue, tcp_data_queue_ofo; net/ipv4/udp.c:
            __udp_enqueue_schedule_skb, __udp_queue_rcv_skb; net/ipv6/udp.c: __udpv6_queue_rcv_skb
          since: between 5.17 and 6.1
        TCP_AUTH_HDR: The TCP options for authentication are malformed or contradict each other.
          at: net/ipv4/tcp.c: tcp_inbound_hash
          since: after 6.1, by 6.12
        TCP_MD5NOTFOUND: The peer must sign with MD5 and did not.
          with: TcpExt.TCPMD5NotFound
          at: net/ipv4/tcp.c: tcp_inbound_hash
          since: between 5.17 and 6.1
        TCP_MD5UNEXPECTED: Signed with MD5, and no key is set here.
          with: TcpExt.TCPMD5Unexpected
          at: net/ipv4/tcp.c: tcp_inbound_md5_hash
          since: between 5.17 and 6.1
        TCP_MD5FAILURE: The MD5 signature is wrong.
          with: TcpExt.TCPMD5Failure
          at: net/ipv4/tcp.c: tcp_inbound_md5_hash
          since: between 5.17 and 6.1
        TCP_AONOTFOUND: The peer must sign with TCP-AO and did not.
          with: TcpExt.TCPAORequired
          at: net/ipv4/tcp.c: tcp_inbound_hash
          since: after 6.1, by 6.12
        TCP_AOUNEXPECTED: Signed with TCP-AO, and none is agreed.
          at: net/ipv4/tcp_ao.c: tcp_inbound_ao_hash
          since: after 6.1, by 6.12
        TCP_AOKEYNOTFOUND: Signed with a TCP-AO key that is not known here.
          with: TcpExt.TCPAOKeyNotFound
          at: net/ipv4/tcp_ao.c: tcp_inbound_ao_hash
          since: after 6.1, by 6.12
        TCP_AOFAILURE: The TCP-AO signature is wrong.
          with: TcpExt.TCPAOBad
          at: net/ipv4/tcp.c: tcp_inbound_hash; net/ipv4/tcp_ao.c: tcp_ao_verify_hash, tcp_inbound_ao_hash
          since: after 6.1, by 6.12
        SOCKET_BACKLOG: Too much was waiting while a program kept the socket busy.
          with: TcpExt.TCPBacklogDrop
          at: net/core/sock.c: __sk_receive_skb; net/ipv4/tcp_ipv4.c: tcp_add_backlog
          since: between 5.17 and 6.1
        TCP_FLAGS: The TCP flags make no sense in the present state of the connection.
          at: net/ipv4/tcp_ao.c: tcp_inbound_ao_hash; net/ipv4/tcp_input.c: tcp_rcv_established,
            tcp_rcv_state_process, tcp_rcv_synsent_state_process
          since: between 5.17 and 6.1
        TCP_ABORT_ON_DATA: Data for a connection that the program has closed already; the connection is
            reset.
          with: TcpExt.TCPAbortOnData, Tcp.OutRsts
          at: net/ipv4/tcp_input.c: tcp_rcv_state_process
          since: after 6.1, by 6.12
        TCP_ZEROWINDOW: Data that came although the window is closed: the program does not read.
          with: TcpExt.TCPZeroWindowDrop
          at: net/ipv4/tcp_input.c: tcp_data_queue
          since: between 5.17 and 6.1
        TCP_OLD_DATA: Data that had been received before: sent again without need.
          with: TcpExt.TCPDSACKOldSent, TcpExt.DelayedACKLost
          at: net/ipv4/tcp_input.c: tcp_data_queue
          since: between 5.17 and 6.1
        TCP_OVERWINDOW: Data that begins beyond the window.
          at: net/ipv4/tcp_input.c: tcp_data_queue; net/ipv4/tcp_minisocks.c: tcp_check_req
          since: between 5.17 and 6.1
        TCP_OFOMERGE: Out-of-order data of which a copy waits already.
          with: TcpExt.TCPOFOMerge
          at: net/ipv4/tcp_input.c: tcp_data_queue_ofo
          since: between 5.17 and 6.1
        TCP_RFC7323_PAWS: The timestamp is older than one seen before.
          with: TcpExt.PAWSEstab
          at: net/ipv4/tcp_input.c: tcp_rcv_synsent_state_process; net/ipv4/tcp_minisocks.c: tcp_check_req
          since: between 5.17 and 6.1
        TCP_RFC7323_PAWS_ACK: An ACK without data and with an old timestamp: overtaken on the way, harmless.
          with: TcpExt.PAWSOldAck
          at: net/ipv4/tcp_input.c: tcp_disordered_ack_check, tcp_validate_incoming
          since: after 6.12, by 6.18
        TCP_RFC7323_TW_PAWS: An old timestamp for a connection that rests in TIME_WAIT.
          with: TcpExt.PAWSTimewait
          at: net/ipv4/tcp_minisocks.c: tcp_timewait_state_process
          since: after 6.12, by 6.18
        TCP_RFC7323_TSECR: The last ACK of the handshake echoes a timestamp that was never sent.
          with: TcpExt.TSEcrRejected
          at: net/ipv4/tcp_minisocks.c: tcp_check_req
          since: after 6.12, by 6.18
        TCP_LISTEN_OVERFLOW: The last ACK of a handshake found the accept queue full. SYNs refused for the
            same cause leave no drop reason, so look at the counters, too.
          with: TcpExt.ListenOverflows, TcpExt.ListenDrops
          at: net/ipv4/tcp_minisocks.c: tcp_check_req
          since: after 6.12, by 6.18
        TCP_OLD_SEQUENCE: The whole segment lies before the window. Keepalives and window probes look like
            that, in perfect health.
          at: net/ipv4/tcp_input.c: tcp_sequence
          since: after 6.1, by 6.12
        TCP_INVALID_SEQUENCE: The segment begins beyond the window.
          at: net/ipv4/tcp_input.c: tcp_sequence, tcp_validate_incoming
          since: between 5.17 and 6.1
        TCP_INVALID_END_SEQUENCE: The segment ends beyond the window.
          with: TcpExt.BeyondWindow
          at: net/ipv4/tcp_input.c: tcp_sequence, tcp_validate_incoming
          since: after 6.12, by 6.18
        TCP_INVALID_ACK_SEQUENCE: An answer to our SYN that acknowledges something never sent.
          at: net/ipv4/tcp_input.c: tcp_rcv_synsent_state_process
          since: after 6.1, by 6.12
        TCP_RESET: A reset came in: it ended the connection, or was not exact enough to be believed.
          at: net/ipv4/tcp_input.c: tcp_rcv_state_process, tcp_rcv_synsent_state_process,
            tcp_validate_incoming
          since: between 5.17 and 6.1
        TCP_INVALID_SYN: A SYN on a connection that is open already.
          with: TcpExt.TCPSYNChallenge
          at: net/ipv4/tcp_input.c: tcp_validate_incoming
          since: between 5.17 and 6.1
        TCP_CLOSE: The connection is closed.
          at: net/ipv4/tcp_ao.c: tcp_inbound_ao_hash; net/ipv4/tcp_input.c: tcp_rcv_state_process
          since: between 5.17 and 6.1
        TCP_FASTOPEN: A segment refused on a Fast Open connection whose handshake is not over.
          at: net/ipv4/tcp_input.c: tcp_rcv_state_process
          since: between 5.17 and 6.1
        TCP_OLD_ACK: An ACK of something acknowledged long ago.
          at: net/ipv4/tcp_input.c: tcp_rcv_state_process
          since: between 5.17 and 6.1
        TCP_TOO_OLD_ACK: An ACK from so far in the past that it may be forged.
          with: TcpExt.TCPChallengeACK
          at: net/ipv4/tcp_input.c: tcp_ack
          since: between 5.17 and 6.1
        TCP_ACK_UNSENT_DATA: An ACK of data that was never sent.
          at: net/ipv4/tcp_input.c: tcp_ack
          since: between 5.17 and 6.1
        TCP_OFO_QUEUE_PRUNE: Out-of-order data thrown away to make room.
          with: TcpExt.OfoPruned
          at: net/ipv4/tcp_input.c: tcp_prune_ofo_queue
          since: between 5.17 and 6.1
        TCP_OFO_DROP: Out-of-order data that had arrived in order in the meantime.
          at: net/ipv4/tcp_input.c: tcp_ofo_queue
          since: between 5.17 and 6.1
        IP_OUTNOROUTES: No route for a packet to be sent. Taking a namespace down leaves some of these, too.
          with: Ip.OutNoRoutes, Ip6.OutNoRoutes
          since: between 5.17 and 6.1
        BPF_CGROUP_EGRESS: A BPF program of the sender's control group refused it.
          at: net/ipv4/ip_output.c: ip_finish_output, ip_mc_finish_output; net/ipv6/ip6_output.c:
            ip6_finish_output
          since: between 5.17 and 6.1
        IPV6DISABLED: IPv6 is switched off on the interface.
          with: Ip6.InDiscards
          at: net/bridge/br_netfilter_hooks.c: br_nf_pre_routing; net/ipv6/exthdrs.c: ipv6_hop_ioam,
            ipv6_rthdr_rcv; net/ipv6/ip6_input.c: ip6_rcv_core; net/ipv6/ip6_output.c: ip6_output
          since: between 5.17 and 6.1
        NEIGH_CREATEFAIL: No entry for the neighbour could be made: its table is full.
          with: arp_cache:table_fulls, ndisc_cache:table_fulls
          at: net/ipv4/ip_output.c: ip_finish_output2; net/ipv6/ip6_output.c: ip6_finish_output2
          since: between 5.17 and 6.1
        NEIGH_FAILED: The neighbour's link-layer address is not known: nobody answered.
          with: neigh:FAILED, arp_cache:res_failed
          at: net/core/neighbour.c: __neigh_event_send; net/ipv4/arp.c: arp_error_report
          since: between 5.17 and 6.1
        NEIGH_QUEUEFULL: Too many packets were waiting for the neighbour's address.
          with: arp_cache:unresolved_discards
          at: net/core/neighbour.c: __neigh_event_send
          since: between 5.17 and 6.1
        NEIGH_DEAD: The neighbour's entry was just being removed.
          at: net/core/neighbour.c: __neigh_event_send
          since: between 5.17 and 6.1
        NEIGH_HH_FILLFAIL: The link-layer header could not be made.
          at: net/core/neighbour.c: neigh_connected_output, neigh_resolve_output
          since: after 6.12, by 6.18
        TC_EGRESS: A tc filter, action or BPF program dropped it on the way out.
          at: net/core/dev.c: sch_handle_egress
          since: between 5.17 and 6.1
        SECURITY_HOOK: Not allowed by a security module such as SELinux.
          at: net/core/filter.c: sk_filter_trim_cap; net/ipv4/syncookies.c: cookie_v4_check;
            net/ipv6/syncookies.c: cookie_v6_check
          since: after 6.1, by 6.12
        QDISC_DROP: A queueing discipline dropped it, most often since its queue was full. A device that has
            no carrier yet has a queue that drops everything.
          with: qdisc:dropped, link:tx_dropped
          at: net/sched/sch_generic.c: __tcf_kfree_skb_list
          since: between 5.17 and 6.1
        """
}
