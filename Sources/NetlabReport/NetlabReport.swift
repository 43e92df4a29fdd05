// NetlabReport
