// NetlabScenario
