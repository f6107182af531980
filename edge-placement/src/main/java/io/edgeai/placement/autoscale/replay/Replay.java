package io.edgeai.placement.autoscale.replay;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ScalingPolicy;
import io.edgeai.placement.autoscale.ServiceProfile;
import java.util.function.BiConsumer;

/**
 * Replays a trace: every request, every replica, in virtual time. Requests come at independent uniform times within
 * their bin, wait in one line, and are served by one free replica for a lognormal time of the variant that is on when
 * they begin. A policy is asked at every tick, and at once when a request finds no replica at all. Replicas taken away
 * finish their request first. Immutable settings; each {@link #run} stands alone.
 */
public final class Replay {
    private final Trace trace;
    private final ServiceProfile profile;
    private double tickSeconds = 2;
    private long seed = 1;
    private int initialReplicas = -1;
    private BiConsumer<ScalingObservation, ScalingDecision> listener = (seen, decision) -> {};
    private Ticker ticker = Ticker.system();

    private Replay(Trace trace, ServiceProfile profile) {
        this.trace = trace;
        this.profile = profile;
    }

    /** Ticks of 2 s, seed 1, starting with the replicas an oracle would have. */
    public static Replay of(Trace trace, ServiceProfile profile) {
        return new Replay(trace, profile);
    }

    private Replay copy() {
        Replay copy = new Replay(trace, profile);
        copy.tickSeconds = tickSeconds;
        copy.seed = seed;
        copy.initialReplicas = initialReplicas;
        copy.listener = listener;
        copy.ticker = ticker;
        return copy;
    }

    /** How often the policy is asked, 0.1 to 3600 s. */
    public Replay tickSeconds(double seconds) {
        if (!(seconds >= 0.1 && seconds <= 3600)) {
            throw new InvalidInputException("A tick of (" + seconds + ") seconds is not in 0.1 to 3600.");
        }
        Replay copy = copy();
        copy.tickSeconds = seconds;
        return copy;
    }

    public Replay seed(long value) {
        Replay copy = copy();
        copy.seed = value;
        return copy;
    }

    /** Replicas that are ready when the trace begins. */
    public Replay initialReplicas(int count) {
        if (count < 0) {
            throw new InvalidInputException("Initial replicas (" + count + ") are negative.");
        }
        Replay copy = copy();
        copy.initialReplicas = count;
        return copy;
    }

    /** Hears of every decision. */
    public Replay onDecision(BiConsumer<ScalingObservation, ScalingDecision> hears) {
        Replay copy = copy();
        copy.listener = hears;
        return copy;
    }

    /** Measures decisions. */
    public Replay ticker(Ticker clock) {
        Replay copy = copy();
        copy.ticker = clock;
        return copy;
    }

    public double tickSeconds() {
        return tickSeconds;
    }

    /** Replays the trace from its beginning. */
    public ReplayReport run(ScalingPolicy policy) {
        int first = initialReplicas >= 0
                ? initialReplicas
                : new OraclePolicy(trace, profile, tickSeconds).needed(trace.rate(0));
        ReplayHouse house = new ReplayHouse(profile, first, seed);
        Asking asking = new Asking(policy, house, new ArrivalTimes(trace, seed));
        for (long tick = 1; tick * tickSeconds <= trace.seconds() + 1e-9; tick++) {
            asking.until(tick * tickSeconds);
            asking.ask();
        }
        asking.until(trace.seconds());
        return house.report(asking.count, asking.count == 0 ? 0 : asking.nanos / 1e3 / asking.count);
    }

    /** Lets requests come, asks the policy, and does what it says. */
    private final class Asking {
        private final ScalingPolicy policy;
        private final ReplayHouse house;
        private final ArrivalTimes arrivals;
        private double nextArrival;
        private long count;
        private long nanos;

        Asking(ScalingPolicy policy, ReplayHouse house, ArrivalTimes arrivals) {
            this.policy = policy;
            this.house = house;
            this.arrivals = arrivals;
            this.nextArrival = arrivals.next();
        }

        void until(double seconds) {
            while (nextArrival <= seconds) {
                house.advance(nextArrival);
                house.arrive();
                if (house.empty()) {
                    ask();
                }
                nextArrival = arrivals.next();
            }
            house.advance(seconds);
        }

        void ask() {
            ScalingObservation seen = house.observe();
            long from = ticker.nanos();
            ScalingDecision decision = policy.decide(seen);
            nanos += ticker.nanos() - from;
            count++;
            listener.accept(seen, decision);
            house.follow(decision);
        }
    }
}
