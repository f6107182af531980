package io.edgeai.placement.autoscale.policy;

import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ScalingPolicy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Knative's pod autoscaler on concurrency with its defaults, as its configuration map and sources state them: the mean
 * concurrency of a stable window of 60 s and of a panic window of 6 s, each divided by the target of a pod (70 % of its
 * concurrency, here 1) and rounded up; up at most 1000-fold and down at most by half in one step; panic where the panic
 * window asks for twice the ready pods or more, in which nothing scales down, left after 60 s without such a
 * wish. Concurrency counts waiting requests, which the activator and the queue proxies hold. Not thread-safe.
 */
public final class KpaPolicy implements ScalingPolicy {
    private static final double STABLE_SECONDS = 60;
    private static final double PANIC_SECONDS = 6;
    private static final double PANIC_THRESHOLD = 2;
    private static final double MAX_UP = 1000;
    private static final double MAX_DOWN = 2;

    private final double targetOfPod;
    private final int least;
    private final int most;
    private final Deque<double[]> concurrency = new ArrayDeque<>();
    private double last;
    private double panicSince = Double.NaN;
    private int panicPods;

    /**
     * @param target share of a pod's concurrency to keep busy, e.g. 0.7
     * @param least pods at least
     * @param most pods at most
     */
    public KpaPolicy(double target, int least, int most) {
        this.targetOfPod = target;
        this.least = least;
        this.most = most;
    }

    @Override
    public ScalingDecision decide(ScalingObservation seen) {
        double now = seen.seconds();
        concurrency.addLast(new double[] {now, seen.concurrencySeconds(), now - last});
        last = now;
        while (concurrency.peekFirst()[0] <= now - STABLE_SECONDS) {
            concurrency.removeFirst();
        }
        int ready = Math.max(1, seen.ready());
        double up = Math.ceil(MAX_UP * ready);
        double down = Math.floor(ready / MAX_DOWN);
        double stable = mean(now, STABLE_SECONDS);
        double panic = mean(now, PANIC_SECONDS);
        double wantedStable = Math.min(Math.max(Math.ceil(stable / targetOfPod), down), up);
        double wantedPanic = Math.min(Math.max(Math.ceil(panic / targetOfPod), down), up);
        if (Math.ceil(panic / targetOfPod) / ready >= PANIC_THRESHOLD) {
            panicSince = now;
            panicPods = Math.max(panicPods, ready);
        } else if (now - panicSince > STABLE_SECONDS) {
            panicSince = Double.NaN;
            panicPods = 0;
        }
        boolean panics = !Double.isNaN(panicSince);
        int desired = (int) wantedStable;
        if (panics) {
            panicPods = Math.max(panicPods, (int) Math.max(wantedStable, wantedPanic));
            desired = panicPods;
        }
        return new ScalingDecision(
                Math.max(least, Math.min(most, desired)),
                0,
                String.format(Locale.ROOT, "KPA %s: %.2f in the house", panics ? "panics" : "is stable", stable));
    }

    private double mean(double now, double window) {
        double sum = 0;
        double time = 0;
        for (double[] each : concurrency) {
            if (each[0] > now - window) {
                sum += each[1];
                time += each[2];
            }
        }
        return time == 0 ? 0 : sum / time;
    }
}
