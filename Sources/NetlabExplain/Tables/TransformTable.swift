extension ExplanationTables {
    /// /proc/net/xfrm_stat, IPsec.
    static let xfrm = """
        InError: Packets that IPsec dropped on arrival for a cause that no other counter covers.
          at: net/xfrm/xfrm_input.c: xfrm_input; net/ipv6/xfrm6_input.c: xfrm6_input_addr
          since: by 5.10
        InBufferError: Packets dropped on arrival for lack of memory or because they are wrapped too many
            times.
          at: net/xfrm/xfrm_policy.c: __xfrm_policy_check; net/xfrm/xfrm_input.c: xfrm_input;
            net/ipv6/xfrm6_input.c: xfrm6_input_addr
          since: by 5.10
        InHdrError: Packets dropped on arrival since their IPsec header is broken.
          at: net/xfrm/xfrm_policy.c: __xfrm_policy_check; net/xfrm/xfrm_input.c: xfrm_input
          since: by 5.10
        InNoStates: Packets dropped on arrival since there is no security association for their SPI, address
            and protocol.
          at: net/xfrm/xfrm_input.c: xfrm_input; net/ipv6/xfrm6_input.c: xfrm6_input_addr
          since: by 5.10
        InStateProtoError: Packets that could not be unwrapped: authentication or decryption failed, most
            often through different keys.
          at: net/xfrm/xfrm_input.c: xfrm_input
          since: by 5.10
        InStateModeError: Packets whose wrapping (tunnel or transport) is not that of the security
            association.
          at: net/xfrm/xfrm_input.c: xfrm_input; net/xfrm/xfrm_interface_core.c: xfrmi_rcv_cb;
            net/ipv6/ip6_vti.c: vti6_rcv_cb; net/ipv4/ip_vti.c: vti_rcv_cb
          since: by 5.10
        InStateSeqError: Packets dropped as replays, or too late for the replay window.
          at: net/xfrm/xfrm_input.c: xfrm_input
          since: by 5.10
        InStateExpired: Packets dropped since their security association had expired.
          at: net/xfrm/xfrm_input.c: xfrm_input
          since: by 5.10
        InStateMismatch: Packets whose encapsulation is not that of the security association, such as UDP
            where none is agreed.
          at: net/xfrm/xfrm_policy.c: __xfrm_policy_check; net/xfrm/xfrm_input.c: xfrm_input
          since: by 5.10
        InStateInvalid: Packets dropped since their security association is not valid yet or any more.
          at: net/xfrm/xfrm_input.c: xfrm_input
          since: by 5.10
        InTmplMismatch: Packets that came unprotected, or otherwise protected, where a policy demands IPsec.
          with: drop:XFRM_POLICY
          at: net/xfrm/xfrm_policy.c: __xfrm_policy_check
          since: by 5.10
        InNoPols: Packets dropped on arrival since no policy allows them and the default is to block.
          with: drop:XFRM_POLICY
          at: net/xfrm/xfrm_policy.c: __xfrm_policy_check
          since: by 5.10
        InPolBlock: Packets dropped on arrival since a policy says block.
          with: drop:XFRM_POLICY
          at: net/xfrm/xfrm_policy.c: __xfrm_policy_check
          since: by 5.10
        InPolError: Packets dropped on arrival since their policy could not be looked up.
          at: net/xfrm/xfrm_policy.c: __xfrm_policy_check
          since: by 5.10
        OutError: Packets that IPsec dropped on the way out for a cause that no other counter covers.
          at: net/xfrm/xfrm_output.c: xfrm_output_one, xfrm_dev_direct_output, xfrm_output
          since: by 5.10
        OutBundleGenError: Packets dropped on the way out since the chain of transformations for them could
            not be built.
          at: net/xfrm/xfrm_policy.c: xfrm_resolve_and_create_bundle
          since: by 5.10
        OutBundleCheckError: Stays at 0: today's kernels keep the column and have nothing that counts in it.
          since: by 5.10
        OutNoStates: Packets dropped on the way out since there is no security association yet for a policy
            that demands one.
          at: net/xfrm/xfrm_policy.c: xfrm_lookup_with_ifid
          since: by 5.10
        OutStateProtoError: Packets dropped on the way out as encryption or another transformation failed.
          at: net/xfrm/xfrm_output.c: xfrm_output_one; net/xfrm/xfrm_device.c: validate_xmit_xfrm;
            net/ipv6/esp6.c: esp_output_done; net/ipv4/esp4.c: esp_output_done
          since: by 5.10
        OutStateModeError: Packets dropped on the way out as wrapping them failed, for instance as too big.
          at: net/xfrm/xfrm_output.c: xfrm_output_one
          since: by 5.10
        OutStateSeqError: Packets dropped on the way out since the sequence numbers of the security
            association are used up.
          at: net/xfrm/xfrm_output.c: xfrm_output_one
          since: by 5.10
        OutStateExpired: Packets dropped on the way out since their security association had expired.
          at: net/xfrm/xfrm_output.c: xfrm_output_one
          since: by 5.10
        OutPolBlock: Packets dropped on the way out since a policy says block.
          at: net/xfrm/xfrm_policy.c: xfrm_lookup_with_ifid
          since: by 5.10
        OutPolDead: Stays at 0: today's kernels keep the column and have nothing that counts in it.
          since: by 5.10
        OutPolError: Packets dropped on the way out since their policy could not be applied.
          at: net/xfrm/xfrm_policy.c: xfrm_resolve_and_create_bundle, xfrm_bundle_lookup
          since: by 5.10
        FwdHdrError: Packets to be forwarded whose header could not be read to find their policy.
          at: net/xfrm/xfrm_policy.c: __xfrm_route_forward
          since: by 5.10
        OutStateInvalid: Packets dropped on the way out since their security association is not valid.
          at: net/xfrm/xfrm_output.c: xfrm_output_one
          since: by 5.10
        AcquireError: Packets that came for a security association still being negotiated.
          at: net/xfrm/xfrm_input.c: xfrm_input
          since: by 5.10
        OutStateDirError: Packets on the way out that met a security association meant for the other
            direction.
          at: net/xfrm/xfrm_policy.c: xfrm_tmpl_resolve_one
          since: after 6.1, by 6.12
        InStateDirError: Packets on arrival that met a security association meant for the other direction.
          at: net/xfrm/xfrm_input.c: xfrm_input; net/ipv6/xfrm6_input.c: xfrm6_input_addr
          since: after 6.1, by 6.12
        InIptfsError: Packets that the receiving side of IP-TFS could not make sense of.
          since: after 6.12, by 6.18
        OutNoQueueSpace: Packets dropped since the queue of IP-TFS was full.
          since: after 6.12, by 6.18
        """
}
