// NetlabVerdict
