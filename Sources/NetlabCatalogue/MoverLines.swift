extension Catalogue {
    /// Made by `netlab coverage --runs 3 --movers FILE`: counter, and scenarios whose fault always moves it.
    static let moverLines = """
        Icmp.InDestUnreachs| arp-unresolved dns-dead-server duplicate-ip fw-drop-vs-reject
        Icmp.InMsgs| arp-unresolved dns-dead-server duplicate-ip fw-drop-vs-reject
        Icmp.InTimeExcds| ip-fragment-lost ttl-exceeded
        Icmp.OutDestUnreachs| arp-unresolved dns-dead-server duplicate-ip fw-drop-vs-reject
        Icmp.OutMsgs| arp-unresolved dns-dead-server duplicate-ip fw-drop-vs-reject
        Icmp.OutRateLimitHost| udp-closed-port
        Icmp.OutTimeExcds| ip-fragment-lost ttl-exceeded
        IcmpMsg.InType11| ip-fragment-lost ttl-exceeded
        IcmpMsg.InType3| arp-unresolved dns-dead-server duplicate-ip fw-drop-vs-reject
        IcmpMsg.OutType11| ip-fragment-lost ttl-exceeded
        IcmpMsg.OutType3| arp-unresolved dns-dead-server duplicate-ip fw-drop-vs-reject
        Ip.ForwDatagrams| conntrack-full ip-fragment-lost
        Ip.FragCreates| ip-fragment-lost
        Ip.FragFails| pmtu-blackhole
        Ip.FragOKs| ip-fragment-lost
        Ip.InHdrErrors| ttl-exceeded
        Ip.OutDiscards| iptables-drop-30 pmtu-blackhole three-faults
        Ip.OutNoRoutes| nat-two-clients no-return-route no-route
        Ip.ReasmFails| ip-fragment-lost
        Ip.ReasmOKs| ip-fragment-lost
        Ip.ReasmReqds| ip-fragment-lost
        Ip.ReasmTimeout| ip-fragment-lost
        Tcp.AttemptFails| accept-queue-overflow arp-unresolved conntrack-limit duplicate-ip
        Tcp.EstabResets| accept-queue-abort accept-queue-overflow challenge-ack keepalive-dead-peer
        Tcp.InCsumErrors| corrupt
        Tcp.InErrs| accept-queue-abort challenge-ack corrupt
        Tcp.OutRsts| accept-queue-abort accept-queue-overflow challenge-ack delay-jitter
        Tcp.RetransSegs| accept-queue-abort accept-queue-overflow bbr-vs-cubic
        TcpExt.DelayedACKLost| delay-jitter duplicate-dsack paws-established reorder
        TcpExt.DelayedACKs| fin-wait2-timeout zero-window nagle-delayed-ack
        TcpExt.EmbryonicRsts| three-faults
        TcpExt.IPReversePathFilter| rp-filter
        TcpExt.ListenDrops| accept-queue-abort accept-queue-overflow backlog-min no-return-route
        TcpExt.ListenOverflows| accept-queue-abort accept-queue-overflow backlog-min
        TcpExt.LockDroppedIcmps| fw-drop-vs-reject no-route ttl-exceeded
        TcpExt.PAWSEstab| delay-jitter
        TcpExt.PAWSTimewait| delay-jitter
        TcpExt.SyncookiesRecv| syncookies
        TcpExt.SyncookiesSent| syncookies
        TcpExt.TCPACKSkippedChallenge| paws-established
        TcpExt.TCPACKSkippedPAWS| delay-jitter
        TcpExt.TCPACKSkippedSeq| zero-window
        TcpExt.TCPACKSkippedTimeWait| delay-jitter
        TcpExt.TCPAbortOnClose| rst-unread-data zero-window
        TcpExt.TCPAbortOnData| accept-queue-abort backlog-min fw-drop-vs-reject
        TcpExt.TCPAbortOnTimeout| accept-queue-overflow rto-backoff syn-timeout zero-window
        TcpExt.TCPAckCompressed| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPBacklogCoalesce| fast-retransmit gso-capture loss-2pct
        TcpExt.TCPChallengeACK| accept-queue-abort challenge-ack paws-established
        TcpExt.TCPDSACKIgnoredDubious| duplicate-dsack
        TcpExt.TCPDSACKIgnoredNoUndo| delay-jitter zero-window
        TcpExt.TCPDSACKIgnoredOld| delay-jitter
        TcpExt.TCPDSACKOldSent| delay-jitter duplicate-dsack paws-established reorder
        TcpExt.TCPDSACKRecv| delay-jitter duplicate-dsack reorder zero-window
        TcpExt.TCPDSACKRecvSegs| delay-jitter reorder zero-window
        TcpExt.TCPFastRetrans| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPFromZeroWindowAdv| zero-window
        TcpExt.TCPHPAcks| bbr-vs-cubic corrupt
        TcpExt.TCPHPHits| bbr-vs-cubic corrupt duplicate-dsack
        TcpExt.TCPLossProbeRecovery| loss-30pct
        TcpExt.TCPLossProbes| bbr-vs-cubic keepalive-dead-peer loss-30pct pmtu-blackhole
        TcpExt.TCPLostRetransmit| accept-queue-overflow bbr-vs-cubic mss-256 pmtu-blackhole
        TcpExt.TCPOFOQueue| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPPartialUndo| delay-jitter reorder
        TcpExt.TCPRcvCoalesce| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPRenoRecovery| fast-retransmit
        TcpExt.TCPReqQFullDoCookies| syncookies
        TcpExt.TCPReqQFullDrop| syn-queue-overflow
        TcpExt.TCPSACKDiscard| duplicate-dsack
        TcpExt.TCPSACKReorder| delay-jitter
        TcpExt.TCPSYNChallenge| accept-queue-abort challenge-ack synack-lost
        TcpExt.TCPSackMerged| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPSackRecovery| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPSackRecoveryFail| mss-256
        TcpExt.TCPSackShiftFallback| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPSackShifted| bbr-vs-cubic corrupt delay-jitter
        TcpExt.TCPSpuriousRtxHostQueues| link-down
        TcpExt.TCPSynRetrans| accept-queue-abort accept-queue-overflow fw-drop-vs-reject
        TcpExt.TCPTSReorder| delay-jitter reorder
        TcpExt.TCPTimeWaitOverflow| time-wait-buckets
        TcpExt.TCPTimeouts| accept-queue-abort accept-queue-overflow fw-drop-vs-reject
        TcpExt.TCPToZeroWindowAdv| zero-window
        TcpExt.TCPWinProbe| zero-window
        TcpExt.TW| bbr-vs-cubic challenge-ack conntrack-limit corrupt
        TcpExt.TWKilled| fin-wait2-timeout
        TcpExt.TcpTimeoutRehash| accept-queue-abort accept-queue-overflow fw-drop-vs-reject keepalive-dead-peer
        Udp.InCsumErrors| corrupt udp-bad-checksum
        Udp.InDatagrams| fin-wait2-timeout conntrack-full corrupt delay-jitter
        Udp.InErrors| corrupt udp-bad-checksum udp-rcvbuf-overflow
        Udp.NoPorts| dns-dead-server duplicate-ip udp-closed-port udp-late-answer
        Udp.RcvbufErrors| udp-rcvbuf-overflow
        arp_cache:res_failed| accept-queue-abort accept-queue-overflow arp-unresolved
        conntrack:drop| conntrack-full nat-port-exhaustion nat-two-clients
        conntrack:early_drop| conntrack-full
        conntrack:found| nat-port-exhaustion
        conntrack:insert_failed| nat-port-exhaustion nat-two-clients
        drop:CPU_BACKLOG| netdev-backlog-overflow netdev-backlog-rps
        drop:FRAG_REASM_TIMEOUT| ip-fragment-lost
        drop:FULL_RING| ring-overflow
        drop:IP_INHDR| ttl-exceeded
        drop:IP_RPFILTER| rp-filter
        drop:NEIGH_FAILED| arp-unresolved
        drop:NETFILTER_DROP| accept-queue-abort conntrack-full conntrack-limit
        drop:NOT_SPECIFIED| delay-jitter
        drop:NO_SOCKET| accept-queue-abort dns-dead-server duplicate-ip fin-wait2-timeout
        drop:OTHERHOST| dns-dead-server
        drop:PKT_TOO_BIG| pmtu-blackhole
        drop:QDISC_DROP| link-down
        drop:QUEUE_PURGE| iptables-drop-30 accept-queue-abort accept-queue-overflow arp-unresolved
        drop:SOCKET_RCVBUFF| udp-rcvbuf-overflow
        drop:TCP_ACK_UNSENT_DATA| paws-established
        drop:TCP_CSUM| corrupt
        drop:TCP_FLAGS| challenge-ack delay-jitter time-wait-buckets
        drop:TCP_INVALID_SYN| accept-queue-abort challenge-ack synack-lost
        drop:TCP_LISTEN_OVERFLOW| accept-queue-abort
        drop:TCP_OLD_DATA| duplicate-dsack paws-established zero-window
        drop:TCP_OLD_SEQUENCE| delay-jitter reorder zero-window paws-established
        drop:TCP_RESET| challenge-ack pmtu-blackhole three-faults
        drop:TCP_RFC7323_PAWS| delay-jitter
        drop:TCP_RFC7323_TW_PAWS| delay-jitter
        drop:UDP_CSUM| udp-bad-checksum
        link:rx_dropped| mss-256 mtu-100 netdev-backlog-overflow three-faults
        link:rx_otherhost_dropped| dns-dead-server
        link:tx_dropped| link-down mss-256 mtu-100 netdev-backlog-overflow
        qdisc:bytes| bbr-vs-cubic corrupt delay-jitter
        qdisc:packets| bbr-vs-cubic corrupt delay-jitter
        rt_cache:in_no_route| link-down
        softnet:dropped| netdev-backlog-overflow netdev-backlog-rps
        """
}
