package io.edgeai.placement.autoscale.replay;

import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ServiceProfile;
import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The service in a replay: one line of requests, replicas that are starting, idle, busy or leaving. Not thread-safe. */
final class ReplayHouse {
    private final ServiceProfile profile;
    private final SplittableRandom random;
    private final WaitingLine line = new WaitingLine();
    private final ServiceHeap serving = new ServiceHeap();
    /** When replicas will be ready, with the time each was asked for. */
    private final TreeMap<Double, Double> starting = new TreeMap<>();

    private final List<Double> coldStarts = new ArrayList<>();
    private double now;
    private int idle;
    private int leaving;
    private int variant;

    private long arrivals;
    private long completions;
    private double serviceSeconds;
    private double serviceSquares;
    private double concurrencySeconds;
    private double busySeconds;

    private long requests;
    private long answered;
    private long late;
    private double replicaSeconds;
    private int peak;
    private double accuracy;
    private double waited;
    private long started;

    ReplayHouse(ServiceProfile profile, int ready, long seed) {
        this.profile = profile;
        this.idle = ready;
        this.peak = ready;
        this.random = new SplittableRandom(seed ^ 0x5DEECE66DL);
    }

    /** Lets everything happen until then. */
    void advance(double until) {
        while (true) {
            double completion = serving.isEmpty() ? Double.POSITIVE_INFINITY : serving.firstEnd();
            Map.Entry<Double, Double> start = starting.firstEntry();
            double ready = start == null ? Double.POSITIVE_INFINITY : start.getKey();
            double next = Math.min(completion, ready);
            if (next > until) {
                pass(until);
                return;
            }
            pass(next);
            if (start == null || completion <= ready) {
                complete();
            } else {
                starting.pollFirstEntry();
                coldStarts.add(ready - start.getValue());
                idle++;
                serve();
            }
        }
    }

    private void pass(double until) {
        double span = until - now;
        replicaSeconds += span * total();
        busySeconds += span * serving.size();
        concurrencySeconds += span * (serving.size() + line.size());
        now = until;
    }

    private int total() {
        return idle + serving.size() + starting.size();
    }

    private void complete() {
        double took = serving.removeFirst();
        completions++;
        serviceSeconds += took;
        serviceSquares += took * took;
        if (leaving > 0) {
            leaving--;
        } else {
            idle++;
            serve();
        }
    }

    /** One more request. */
    void arrive() {
        requests++;
        arrivals++;
        line.add(now);
        serve();
    }

    private void serve() {
        while (idle > 0 && line.size() > 0) {
            idle--;
            Variant on = profile.variants().get(variant);
            double arrived = line.remove();
            double takes = time(on);
            serving.add(now + takes, takes);
            answered++;
            accuracy += on.accuracy();
            waited += now - arrived;
            if (now + takes - arrived > profile.sloSeconds()) {
                late++;
            }
        }
    }

    private double time(Variant of) {
        double variance = Math.log1p(of.scv());
        return of.serviceSeconds() * Math.exp(Math.sqrt(variance) * random.nextGaussian() - variance / 2);
    }

    /** Whether there is no replica at all, also none on its way. */
    boolean empty() {
        return total() - leaving == 0;
    }

    /** What was seen since the call before. */
    ScalingObservation observe() {
        ScalingObservation seen = new ScalingObservation(
                now,
                arrivals,
                completions,
                serviceSeconds,
                serviceSquares,
                concurrencySeconds,
                busySeconds,
                line.size(),
                serving.size(),
                idle + serving.size() - leaving,
                starting.size(),
                variant,
                coldStarts);
        arrivals = 0;
        completions = 0;
        serviceSeconds = 0;
        serviceSquares = 0;
        concurrencySeconds = 0;
        busySeconds = 0;
        coldStarts.clear();
        return seen;
    }

    /** Starts and ends replicas until as many stay as were asked for: starting ones go first, then idle, then busy. */
    void follow(ScalingDecision decision) {
        variant = decision.variant();
        int change = decision.replicas() - (total() - leaving);
        int returning = Math.min(Math.max(change, 0), leaving);
        leaving -= returning;
        for (int more = change - returning; more > 0; more--) {
            double ready = now + profile.coldStart().seconds(random.nextGaussian());
            while (starting.putIfAbsent(ready, now) != null) {
                ready = Math.nextUp(ready);
            }
            started++;
        }
        for (int fewer = -change; fewer > 0; fewer--) {
            if (!starting.isEmpty()) {
                starting.pollLastEntry();
            } else if (idle > 0) {
                idle--;
            } else {
                leaving++;
            }
        }
        peak = Math.max(peak, total());
        serve();
    }

    ReplayReport report(long decisions, double decisionMicros) {
        long unanswered = line.olderThan(now - profile.sloSeconds());
        return new ReplayReport(
                requests,
                late + unanswered,
                replicaSeconds / 3600,
                peak,
                answered == 0 ? 1 : accuracy / answered,
                answered == 0 ? 0 : waited / answered,
                started,
                decisions,
                decisionMicros);
    }

    /** Times of arrival, first in first out, in a ring that grows. */
    private static final class WaitingLine {
        private double[] ring = new double[64];
        private int first;
        private int size;

        int size() {
            return size;
        }

        void add(double time) {
            if (size == ring.length) {
                double[] larger = new double[2 * size];
                System.arraycopy(ring, first, larger, 0, size - first);
                System.arraycopy(ring, 0, larger, size - first, first);
                ring = larger;
                first = 0;
            }
            ring[(first + size++) & (ring.length - 1)] = time;
        }

        double remove() {
            double time = ring[first];
            first = (first + 1) & (ring.length - 1);
            size--;
            return time;
        }

        long olderThan(double time) {
            long count = 0;
            while (count < size && ring[(first + (int) count) & (ring.length - 1)] < time) {
                count++;
            }
            return count;
        }
    }

    /** Services under way by their ends: a binary heap of (end, length). */
    private static final class ServiceHeap {
        private double[] ends = new double[64];
        private double[] lengths = new double[64];
        private int size;

        boolean isEmpty() {
            return size == 0;
        }

        int size() {
            return size;
        }

        double firstEnd() {
            return ends[0];
        }

        void add(double end, double length) {
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, 2 * size);
                lengths = Arrays.copyOf(lengths, 2 * size);
            }
            int at = size++;
            while (at > 0 && ends[(at - 1) / 2] > end) {
                put(at, ends[(at - 1) / 2], lengths[(at - 1) / 2]);
                at = (at - 1) / 2;
            }
            put(at, end, length);
        }

        /** @return the length of the service that ended */
        double removeFirst() {
            double length = lengths[0];
            double end = ends[--size];
            double moved = lengths[size];
            int at = 0;
            while (2 * at + 1 < size) {
                int child = 2 * at + 1;
                if (child + 1 < size && ends[child + 1] < ends[child]) {
                    child++;
                }
                if (ends[child] >= end) {
                    break;
                }
                put(at, ends[child], lengths[child]);
                at = child;
            }
            put(at, end, moved);
            return length;
        }

        private void put(int at, double end, double length) {
            ends[at] = end;
            lengths[at] = length;
        }
    }
}
