package io.edgeai.placement.autoscale.policy;

import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ScalingPolicy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * The Kubernetes horizontal pod autoscaler on utilisation, as its documentation states it: every 15 s {@code desired =
 * ceil(current · utilisation / target)}, no change within a tolerance of 10 %, down only to the largest
 * recommendation of the last 300 s, up by at most 4 pods or 100 % in 15 s. Utilisation is that of the last 30 s, for
 * metrics come every 15 s. At least one pod. Not thread-safe.
 */
public final class HpaPolicy implements ScalingPolicy {
    private static final double SYNC_SECONDS = 15;
    private static final double METRIC_SECONDS = 30;
    private static final double TOLERANCE = 0.1;
    private static final double STABILIZATION_SECONDS = 300;
    private static final int PODS_UP = 4;

    private final double target;
    private final int most;
    private final Deque<double[]> busy = new ArrayDeque<>();
    private final Deque<double[]> recommended = new ArrayDeque<>();
    private double nextSync;
    private double last;
    private int desired = 1;

    /**
     * @param target utilisation to keep, e.g. 0.5
     * @param most pods at most
     */
    public HpaPolicy(double target, int most) {
        this.target = target;
        this.most = most;
    }

    @Override
    public ScalingDecision decide(ScalingObservation seen) {
        busy.addLast(
                new double[] {seen.seconds(), seen.busySeconds(), Math.max(1, seen.ready()) * (seen.seconds() - last)});
        last = seen.seconds();
        while (busy.peekFirst()[0] <= seen.seconds() - METRIC_SECONDS) {
            busy.removeFirst();
        }
        if (seen.seconds() >= nextSync) {
            nextSync = seen.seconds() + SYNC_SECONDS;
            sync(seen);
        }
        return new ScalingDecision(desired, 0, String.format(Locale.ROOT, "HPA at %.0f %%", 100 * target));
    }

    private void sync(ScalingObservation seen) {
        int current = Math.max(1, seen.ready() + seen.starting());
        double work = busy.stream().mapToDouble(each -> each[1]).sum();
        double capacity = busy.stream().mapToDouble(each -> each[2]).sum();
        double ratio = work / Math.max(1e-9, capacity) / target;
        int wanted = Math.abs(ratio - 1) <= TOLERANCE ? current : (int) Math.ceil(Math.max(1, seen.ready()) * ratio);
        wanted = Math.min(wanted, Math.max(current + PODS_UP, 2 * current));
        wanted = Math.max(1, Math.min(most, wanted));
        recommended.addLast(new double[] {seen.seconds(), wanted});
        while (recommended.peekFirst()[0] < seen.seconds() - STABILIZATION_SECONDS) {
            recommended.removeFirst();
        }
        double largest = recommended.stream().mapToDouble(each -> each[1]).max().orElse(wanted);
        desired = wanted < current ? (int) Math.min(current, largest) : wanted;
    }
}
