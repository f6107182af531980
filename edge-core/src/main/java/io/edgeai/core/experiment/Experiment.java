package io.edgeai.core.experiment;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares treatments with a control in any number of metrics, and may be asked at any time. Values of the arms are
 * paired in the order in which they come, so that a test holds for values of any distribution and any shares of traffic;
 * answers of a shadow come as pairs already, which is the most powerful way. Over all comparisons together, the
 * probability of ever calling an arm better or worse where it is neither is at most α.
 *
 * <p>Thread-safe. What it has seen can be kept as an {@link ExperimentState} and gone on from, with nothing lost and
 * nothing counted twice.
 */
public final class Experiment {
    private static final double MISMATCH = 0.01;

    private final ExperimentState.Plan plan;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final SampleRatio ratio;

    private Experiment(ExperimentState state) {
        this.plan = state.plan();
        state.comparisons().forEach(one -> comparisons.add(new Comparison(one, plan.maxPairs())));
        this.ratio = new SampleRatio(state.ratio());
    }

    public static ExperimentBuilder builder() {
        return new ExperimentBuilder();
    }

    /** Goes on from a state. */
    public static Experiment resume(ExperimentState state) {
        return new Experiment(state);
    }

    /** All that is known, as of now. */
    public synchronized ExperimentState state() {
        return new ExperimentState(
                plan, comparisons.stream().map(Comparison::state).toList(), ratio.state());
    }

    /**
     * Counts a unit that met an arm, for the watch over shares: each once, however many requests it sends, since units are
     * what is dealt. A request that belongs to no unit is one of its own.
     */
    public synchronized void request(String arm) {
        ratio.add(arm(arm), 1);
    }

    /** {@link #observe(String, String, double, double)} without a covariate. */
    public void observe(String arm, String metric, double value) {
        observe(arm, metric, value, 0);
    }

    /**
     * Adds what one unit showed.
     *
     * @param arm the control or a treatment
     * @param metric one of those planned
     * @param value finite
     * @param covariate something about the unit that was known before and has to do with the metric; 0 for nothing
     * @throws InvalidInputException where there is no such arm or metric, or a value is not finite
     */
    public synchronized void observe(String arm, String metric, double value, double covariate) {
        int which = arm(arm);
        int what = requireObservable(metric, value, covariate);
        if (which > 0) {
            comparison(which - 1, what).add(true, value, covariate);
            return;
        }
        for (int treatment = 0; treatment < plan.treatments().size(); treatment++) {
            comparison(treatment, what).add(false, value, covariate);
        }
    }

    /**
     * Checks what {@link #observe(String, String, double, double)} checks of a value.
     *
     * @return the metric's place in the plan
     * @throws InvalidInputException as it does
     */
    public int requireObservable(String metric, double value, double covariate) {
        int place = metric(metric);
        requireFinite(metric, value);
        requireFinite(metric, covariate);
        return place;
    }

    /**
     * Adds what the control and a treatment made of the same request.
     *
     * @throws InvalidInputException as for {@link #observe(String, String, double, double)}
     */
    public synchronized void observePair(String treatment, String metric, double control, double treated) {
        int which = arm(treatment);
        if (which == 0) {
            throw new InvalidInputException(
                    "A pair of the control (" + treatment + ") with itself says nothing. Maybe name a treatment.");
        }
        requireFinite(metric, control);
        requireFinite(metric, treated);
        comparison(which - 1, metric(metric)).addPair(treated - control, 0);
    }

    /** Units that met each arm, the control first; no look. */
    public synchronized Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        List<Long> counts = ratio.state().counts();
        for (int i = 0; i < counts.size(); i++) {
            units.put(i == 0 ? plan.control() : plan.treatments().get(i - 1), counts.get(i));
        }
        return units;
    }

    /** How well the units fit the planned shares; always valid, the least so far, and no look. */
    public synchronized double sampleRatioPValue() {
        return ratio.pValue();
    }

    /** Whether a p-value of {@link #sampleRatioPValue} says that something is lost or counted twice. */
    public static boolean mismatched(double sampleRatioPValue) {
        return sampleRatioPValue <= MISMATCH;
    }

    /** What it has shown so far. In an experiment of fixed size this is a look. */
    public ExperimentReport report() {
        return report(true);
    }

    /** What it has shown so far, for one who only watches: of an experiment of fixed size, what earlier looks decided. */
    public ExperimentReport shown() {
        return report(false);
    }

    private synchronized ExperimentReport report(boolean look) {
        double[] corrected = HolmCorrection.adjusted(
                comparisons.stream().mapToDouble(Comparison::pValue).toArray());
        List<ComparisonReport> reports = new ArrayList<>();
        for (int treatment = 0; treatment < plan.treatments().size(); treatment++) {
            for (int metric = 0; metric < plan.metrics().size(); metric++) {
                Comparison one = comparison(treatment, metric);
                double p = corrected[treatment * plan.metrics().size() + metric];
                int sign = look ? one.sign(p, plan.alpha()) : one.knownSign(p, plan.alpha());
                reports.add(new ComparisonReport(
                        plan.treatments().get(treatment),
                        plan.metrics().get(metric).name(),
                        one.pairs(),
                        one.mean(),
                        one.interval(),
                        p,
                        outcome(
                                sign,
                                plan.metrics().get(metric).direction(),
                                one.finished() && (look || one.lookedAtTheEnd()))));
            }
        }
        double mismatch = ratio.pValue();
        return new ExperimentReport(reports, units(), mismatch, !mismatched(mismatch));
    }

    private static Outcome outcome(int sign, Direction direction, boolean finished) {
        if (sign == 0) {
            return finished ? Outcome.NO_DIFFERENCE_FOUND : Outcome.UNDECIDED;
        }
        return sign > 0 == (direction == Direction.HIGHER_IS_BETTER) ? Outcome.BETTER : Outcome.WORSE;
    }

    private Comparison comparison(int treatment, int metric) {
        return comparisons.get(treatment * plan.metrics().size() + metric);
    }

    private int arm(String name) {
        if (name.equals(plan.control())) {
            return 0;
        }
        int treatment = plan.treatments().indexOf(name);
        if (treatment < 0) {
            throw new InvalidInputException("Arm (" + name + ") takes no part. Maybe one of (" + plan.control() + ", "
                    + String.join(", ", plan.treatments()) + ")?");
        }
        return treatment + 1;
    }

    private int metric(String name) {
        for (int i = 0; i < plan.metrics().size(); i++) {
            if (plan.metrics().get(i).name().equals(name)) {
                return i;
            }
        }
        throw new InvalidInputException("Metric (" + name + ") is not planned. Maybe one of " + plan.metrics() + "?");
    }

    private static void requireFinite(String metric, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidInputException(
                    "A value (" + value + ") of (" + metric + ") must be finite. Maybe leave the unit out.");
        }
    }
}
