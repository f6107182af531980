package io.edgeai.placement.autoscale;

import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * This library's autoscaler. Each tick it takes the rate that is to be expected when a replica asked for now would
 * serve (arrivals now, their trend, the season), with a margin for what is not known, and the fewest replicas that keep
 * enough answers in time (see {@link Staffing}). On top come replicas that work off what waits, and those that would
 * hold the bursts of the last minutes, whose memory fades. Replicas go only after none of the last 10 seconds needed them; all go after an
 * idle minute where the profile allows none. While replicas start, requests go to the most preferred variant that those
 * ready can serve in time. Not thread-safe.
 */
public final class QueueingPolicy implements ScalingPolicy {
    private static final int LONGEST_WINDOW = 256;
    private static final double SEASON = 86_400;
    private static final int SLOTS = 288;

    private final ServiceProfile profile;
    private final Settings settings;
    private final ArrivalRate arrivals = new ArrivalRate(LONGEST_WINDOW);
    private final SeasonalForecast season = new SeasonalForecast(SEASON, SLOTS);
    private final List<ServiceTimes> times = new ArrayList<>();
    private final Deque<double[]> needs = new ArrayDeque<>();
    private final ColdStarts coldStarts;
    private double last;
    private double lastArrival = Double.NEGATIVE_INFINITY;
    private double burst;
    private int variant;
    private int calm;

    /**
     * What may be tuned.
     *
     * @param holdSeconds replicas stay this long after they were last needed; 10
     * @param idleSeconds all go after this long without requests; 60
     * @param marginErrors standard errors added to the estimated rate; 1
     * @param drainSeconds what waits is worked off in this time; 0.6
     * @param burstHalfLifeSeconds the memory of a burst that is over halves in this time; 150
     */
    public record Settings(
            double holdSeconds,
            double idleSeconds,
            double marginErrors,
            double drainSeconds,
            double burstHalfLifeSeconds) {
        public static Settings defaults() {
            return new Settings(10, 60, 1, 0.6, 150);
        }
    }

    public QueueingPolicy(ServiceProfile profile) {
        this(profile, Settings.defaults());
    }

    public QueueingPolicy(ServiceProfile profile, Settings settings) {
        this.profile = profile;
        this.settings = settings;
        this.coldStarts = new ColdStarts(profile.coldStart());
        profile.variants().forEach(each -> times.add(new ServiceTimes(each)));
    }

    @Override
    public ScalingDecision decide(ScalingObservation seen) {
        learn(seen);
        Variant preferred = times.get(0).known();
        double lead = coldStarts.usual() + Math.max(0, seen.seconds() - last);
        last = seen.seconds();
        double now = arrivals.upper(settings.marginErrors());
        double expected = now * forecast(seen.seconds(), lead) + trend(lead);
        int base = staffing(expected, preferred);
        int floor = staffing(burst, preferred);
        int backlog = (int) Math.ceil(
                Math.max(0, seen.waiting() - seen.ready()) * preferred.serviceSeconds() / settings.drainSeconds());
        int need = Math.max(base, floor) + backlog;
        int held = hold(seen.seconds(), need);
        boolean idle = seen.seconds() - lastArrival >= settings.idleSeconds() && seen.waiting() + seen.busy() == 0;
        int target = idle ? 0 : Math.max(held, seen.waiting() + seen.busy() > 0 || need > 0 ? 1 : 0);
        target = Math.max(profile.minReplicas(), Math.min(profile.maxReplicas(), target));
        variant = variant(seen, need);
        return new ScalingDecision(
                target, variant, reason(expected, lead, base, floor, backlog, held, idle, target, seen));
    }

    private void learn(ScalingObservation seen) {
        double span = Math.max(1e-3, seen.seconds() - last);
        double before = arrivals.over(60);
        arrivals.add(span, seen.arrivals());
        season.add(seen.seconds(), span, seen.arrivals());
        times.get(seen.variant()).add(seen.completions(), seen.serviceSeconds(), seen.serviceSquares());
        seen.coldStarts().forEach(coldStarts::add);
        if (seen.arrivals() > 0) {
            lastArrival = seen.seconds();
        }
        double recent = arrivals.over(8);
        if (arrivals.rate() < 0.8 * burst) {
            burst *= Math.pow(0.5, span / settings.burstHalfLifeSeconds());
        }
        if (recent > before + 5 * Math.sqrt((before + 1) / 8)) {
            burst = Math.max(burst, recent - 3 * Math.sqrt(recent / 8));
        }
    }

    private double forecast(double now, double lead) {
        double ratio = season.ratio(now, lead);
        double error = settings.marginErrors() * season.error() * Math.min(1, lead / season.slotSeconds());
        return Math.max(1, ratio + (ratio == 1 ? 0 : error));
    }

    /** What a rising rate adds until then; 0 where the rise may be chance. */
    private double trend(double lead) {
        double fresh = arrivals.over(60);
        double older = arrivals.over(300);
        double rise = fresh - older;
        return rise > 2 * Math.sqrt((older + 1) / 60) ? rise / 120 * lead : 0;
    }

    private int staffing(double rate, Variant of) {
        return Staffing.replicas(rate, of, profile.sloSeconds(), profile.violations(), profile.maxReplicas());
    }

    /** The largest need of the last seconds. */
    private int hold(double now, int need) {
        while (!needs.isEmpty() && needs.peekFirst()[0] < now - settings.holdSeconds()) {
            needs.removeFirst();
        }
        while (!needs.isEmpty() && needs.peekLast()[1] <= need) {
            needs.removeLast();
        }
        needs.addLast(new double[] {now, need});
        return (int) needs.peekFirst()[1];
    }

    /** The first variant that the ready replicas can serve in time; the fastest where none can. */
    private int variant(ScalingObservation seen, int need) {
        int last = profile.variants().size() - 1;
        boolean strained = seen.waiting() > seen.ready();
        int able = last;
        double rate = arrivals.upper(0);
        for (int i = last; i >= 0; i--) {
            if (staffing(rate, times.get(i).known()) <= seen.ready()) {
                able = i;
            }
        }
        if (able > variant || (strained && seen.ready() < need)) {
            calm = 0;
            return Math.max(able, strained ? Math.min(last, variant + 1) : able);
        }
        calm = able < variant && !strained ? calm + 1 : 0;
        return calm >= 2 ? able : variant;
    }

    private String reason(
            double expected,
            double lead,
            int base,
            int floor,
            int backlog,
            int held,
            boolean idle,
            int target,
            ScalingObservation seen) {
        String text = String.format(
                Locale.ROOT,
                "%.2f requests/s over %.0f s, %.2f expected in %.1f s: %d replicas keep %.3g %% late",
                arrivals.rate(),
                arrivals.window(),
                expected,
                lead,
                base,
                100 * profile.violations());
        if (floor > base) {
            text += String.format(Locale.ROOT, "; bursts of %.2f/s are remembered: %d", burst, floor);
        }
        if (backlog > 0) {
            text += "; " + seen.waiting() + " wait: " + backlog + " more";
        }
        if (held > Math.max(base, floor) + backlog) {
            text += String.format(Locale.ROOT, "; %d were needed within %.0f s", held, settings.holdSeconds());
        }
        if (idle) {
            text += String.format(Locale.ROOT, "; no request for %.0f s", settings.idleSeconds());
        }
        if (variant > 0) {
            text += "; variant " + profile.variants().get(variant).name() + " until " + target + " are ready";
        }
        return text;
    }
}
