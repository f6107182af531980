package io.edgeai.monitor.metric;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** The recorders of one version, one for each device that it runs on; counts as all of them together. Thread-safe. */
public final class DeviceRecorders implements CallCounter {
    private final Supplier<LatencyRecorder> making;
    private final Map<String, LatencyRecorder> recorders = new ConcurrentSkipListMap<>();

    public DeviceRecorders(Supplier<LatencyRecorder> making) {
        this.making = making;
    }

    /** The recorder of a device, from when it is first asked for; an empty name where it is not known. */
    public LatencyRecorder of(String device) {
        return recorders.computeIfAbsent(device, name -> making.get());
    }

    /** The devices with a name, in order, each with its recorder. */
    public Map<String, LatencyRecorder> named() {
        Map<String, LatencyRecorder> named = new TreeMap<>(recorders);
        named.remove("");
        return named;
    }

    @Override
    public LatencyRecorder.Snapshot snapshot() {
        LatencyRecorder.Snapshot sum = LatencyRecorder.Snapshot.EMPTY;
        for (LatencyRecorder recorder : recorders.values()) {
            LatencyRecorder.Snapshot each = recorder.snapshot();
            sum = sum == LatencyRecorder.Snapshot.EMPTY ? each : sum.plus(each);
        }
        return sum;
    }
}
