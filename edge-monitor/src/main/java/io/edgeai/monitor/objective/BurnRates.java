package io.edgeai.monitor.objective;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How fast one objective's allowance is used up: bad calls in a window, over calls in it, over the share that is allowed.
 * Counts by the minute for three days and by the hour for the period, 90 KB for a month. Windows end with the minute that is
 * under way. Thread-safe.
 */
public final class BurnRates {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final int LEAST_BAD = 5;
    private static final double ROUNDING = 1e-9;

    private final Objective objective;
    private final List<BurnRule> rules;
    private final CallCounts minutes;
    private final CallCounts hours;

    private BurnRates(Objective objective, List<BurnRule> rules) {
        this.objective = objective;
        this.rules = rules;
        long longest = rules.stream()
                .mapToLong(rule -> rule.longWindow().toMillis())
                .max()
                .orElse(HOUR);
        this.minutes = new CallCounts(MINUTE, (int) (longest / MINUTE));
        this.hours = new CallCounts(HOUR, (int) objective.period().toHours());
    }

    /** By the workbook's rules. */
    public static BurnRates of(Objective objective) {
        return new BurnRates(objective, BurnRule.WORKBOOK);
    }

    public Objective objective() {
        return objective;
    }

    /** Counts calls of a moment. */
    public synchronized void add(Instant at, long good, long bad) {
        if (good < 0 || bad < 0) {
            throw new InvalidInputException("Calls (" + good + " good, " + bad + " bad) are below 0.");
        }
        minutes.add(at.toEpochMilli(), good, bad);
        hours.add(at.toEpochMilli(), good, bad);
    }

    /** The use of the allowance in a window before a moment: 1 would use it up just at the end of the period. */
    public synchronized double rate(Instant at, Duration window) {
        long bad = minutes.bad(at.toEpochMilli(), window.toMillis());
        long good = minutes.good(at.toEpochMilli(), window.toMillis());
        return (double) bad / (good + bad) / objective.allowed();
    }

    /** How the objective stands at a moment. */
    public synchronized ObjectiveStatus status(Instant at) {
        long now = at.toEpochMilli();
        long period = objective.period().toMillis();
        long good = hours.good(now, period);
        long bad = hours.bad(now, period);
        List<ObjectiveStatus.Burn> burns = rules.stream()
                .map(rule -> {
                    double whole = rate(at, rule.longWindow());
                    double recent = rate(at, rule.shortWindow());
                    boolean enough = minutes.bad(now, rule.longWindow().toMillis()) >= LEAST_BAD;
                    double enoughRate = rule.rate() * (1 - ROUNDING);
                    boolean tooFast = enough && whole >= enoughRate && recent >= enoughRate;
                    return new ObjectiveStatus.Burn(rule, whole, recent, tooFast);
                })
                .toList();
        double left = good + bad == 0 ? Double.NaN : 1 - bad / ((good + bad) * objective.allowed());
        return new ObjectiveStatus(objective, good, bad, left, burns);
    }

    /** All counts, to go on with after a restart. */
    public synchronized byte[] save() {
        ByteBuffer out = ByteBuffer.allocate(minutes.bytes() + hours.bytes());
        minutes.save(out);
        hours.save(out);
        return out.array();
    }

    /** @throws InvalidInputException where the bytes are not those of an objective with this period */
    public synchronized void restore(byte[] state) {
        if (state.length != minutes.bytes() + hours.bytes()) {
            throw new InvalidInputException("Counts of (" + state.length + ") bytes are not of " + objective
                    + ". Maybe its period was another one.");
        }
        ByteBuffer in = ByteBuffer.wrap(state);
        minutes.restore(in);
        hours.restore(in);
    }
}
