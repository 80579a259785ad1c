-- What the log keeps of a decision in fewer bytes: the agents that came next and the reason in a form that is shorter than what
-- is shown. Older decisions stay as they are; tiny_dancer.alternatives_of and tiny_dancer.reasoning_of read both.

COMMENT ON COLUMN tiny_dancer.decision.next_agents IS
    'The agents that came next, best first, of each chr(1), three characters for each of expected quality, cost in US dollars, latency in milliseconds and utility, in four digits (tiny_dancer.figure_of), and the name. What cannot be written so, and what was written before, is a JSON array of arrays of name and figures. tiny_dancer.alternatives_of reads both. Null where the agent was chosen in a batch or a plan, and before it was kept';
COMMENT ON COLUMN tiny_dancer.decision.reasoning IS
    'Why this agent, in words, of which frequent ones are control characters where it begins with chr(1): tiny_dancer.reasoning_of puts them back. Figures that have columns are not repeated';
