package io.edgeai.placement.constraint;

import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.Violation;
import java.util.List;

/** A node must be on whenever a workload that stands there has to run. */
public final class TimeConstraints {
    private TimeConstraints() {}

    /** The node is on at all times at which the workload must run. */
    public static Constraint hours() {
        return new Rule("hours", c -> c.workload().runs().within(c.node().on()), TimeConstraints::off);
    }

    static List<Constraint> all() {
        return List.of(hours());
    }

    private static Violation off(Candidate candidate) {
        Schedule runs = candidate.workload().runs();
        Schedule on = candidate.node().on();
        Schedule missing = on.inverse().and(runs);
        double needed = runs.hoursPerWeek();
        double served = needed - missing.hoursPerWeek();
        String node = "node " + candidate.node().name() + " is on " + on;
        return new Violation(
                "hours",
                needed,
                served,
                "h/week",
                node + ", but the workload runs " + runs + ": off " + missing + ", "
                        + Figures.number(missing.hoursPerWeek()) + " of " + Figures.number(needed) + " hours a week",
                repair(runs, on),
                missing.hoursPerWeek() / needed);
    }

    private static String repair(Schedule runs, Schedule on) {
        if (on.isNever()) {
            return "switch the node on";
        }
        Schedule both = on.and(runs);
        return both.isNever() ? "let it run " + on + " instead" : "let it run " + both + " only";
    }
}
