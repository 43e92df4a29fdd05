extension ExplanationTables {
    /// /proc/net/sockstat and sockstat6.
    static let sockstat = """
        sockets used: Sockets of every kind that exist in the namespace; those that netlab itself needs for
            reading are among them.
        TCP inuse: TCP sockets over IPv4 in any state but TIME_WAIT and CLOSE.
          with: sockets:ESTABLISHED
        TCP orphan: TCP sockets of the whole machine that no process holds any more. sockets:ORPHAN counts
            those of one node.
          with: sockets:ORPHAN
        TCP tw: Connections of the namespace that rest in TIME_WAIT.
          with: sockets:TIME_WAIT, TcpExt.TW
        TCP alloc: TCP sockets of the whole machine, in any state.
        TCP mem: Memory that all TCP sockets of the machine take, in pages of 4096 bytes. The limits are in
            tcp_mem.
          with: TcpExt.TCPMemoryPressures
        UDP inuse: UDP sockets over IPv4 that are bound to a port.
        UDP mem: Memory that all UDP sockets of the machine take, in pages of 4096 bytes. The limits are in
            udp_mem.
          with: drop:PROTO_MEM
        UDPLITE inuse: UDP-Lite sockets over IPv4 that are bound to a port.
        RAW inuse: Raw sockets over IPv4.
        FRAG inuse: Datagrams of which fragments wait for others.
          with: Ip.ReasmReqds
        FRAG memory: Bytes that waiting fragments take. The limit is ipfrag_high_thresh.
          with: Ip.ReasmFails
        TCP6 inuse: TCP sockets over IPv6 in any state but TIME_WAIT and CLOSE.
        UDP6 inuse: UDP sockets over IPv6 that are bound to a port.
        UDPLITE6 inuse: UDP-Lite sockets over IPv6 that are bound to a port.
        RAW6 inuse: Raw sockets over IPv6.
        FRAG6 inuse: IPv6 datagrams of which fragments wait for others.
          with: Ip6.ReasmReqds
        FRAG6 memory: Bytes that waiting IPv6 fragments take. The limit is ip6frag_high_thresh.
          with: Ip6.ReasmFails
        """

    /// Listening TCP sockets.
    static let listen = """
        recv_q: Connections that are complete and wait for the program to accept them. When it exceeds
            send_q, further ones are turned away.
          with: send_q, TcpExt.ListenOverflows
        send_q: The most connections that may wait, less one: the backlog given to listen(), but no more
            than somaxconn.
          with: recv_q
        drops: SYNs and last ACKs of handshakes that this listener dropped.
          with: TcpExt.ListenDrops
        """

    /// States of TCP sockets.
    static let sockets = """
        ESTABLISHED: TCP connections that are open at this end.
          with: Tcp.CurrEstab
        SYN_SENT: TCP connections that have been begun here and not been answered.
          with: TcpExt.TCPSynRetrans
        SYN_RECV: TCP handshakes that a listener here has answered and that wait for the client's last ACK.
          with: TcpExt.TCPReqQFullDrop
        FIN_WAIT1: TCP connections closed here whose FIN has not been confirmed.
        FIN_WAIT2: TCP connections closed here that wait for the peer to close, too.
        TIME_WAIT: TCP connections that were closed here first and rest for a minute, so that late segments
            do no harm.
          with: TcpExt.TW
        CLOSE: TCP sockets that are bound but neither connected nor listening.
        CLOSE_WAIT: TCP connections that the peer has closed and the program here has not. If the number
            grows, the program forgets to close.
        LAST_ACK: TCP connections closed by both ends whose last FIN has not been confirmed.
        LISTEN: TCP sockets that wait for connections.
        CLOSING: TCP connections that both ends closed at the same time.
        BOUND_INACTIVE: TCP sockets that are bound to a port and not in use.
        ORPHAN: TCP connections that no process holds any more while the kernel still has data or a FIN to
            deliver.
          with: TcpExt.TCPAbortOnMemory
        """

    /// Memory of UDP sockets.
    static let socketMemory = """
        rmem: Bytes that datagrams received and not yet read take, their bookkeeping included.
          with: rcvbuf, drops
        rcvbuf: The most that they may take: twice what the program set with SO_RCVBUF.
          with: rmem
        drops: Datagrams that this socket dropped, most often as its buffer was full.
          with: Udp.RcvbufErrors, drop:SOCKET_RCVBUFF
        """
}
