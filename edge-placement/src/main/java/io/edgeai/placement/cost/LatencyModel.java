package io.edgeai.placement.cost;

import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.List;
import java.util.Map;

/**
 * Compute time on given hardware.
 *
 * <p>Without an accelerator a replica has {@code c = max(1, ⌊cpuMillis/1000⌋)} servers, each one core (or, below one
 * core, that part of it). With one, it has a single server: the reserved share of the device. The mean time of one
 * inference on a whole core or device is the measured one for that kind of hardware, else {@code MACs / (speed ·
 * 10⁹)} seconds; on a part {@code p} of it, that divided by {@code p}. A node with devices of several kinds offers a
 * need of any kind its first.
 */
final class LatencyModel {
    private static final List<Integer> ONE_BY_ONE = List.of(1);

    private LatencyModel() {}

    static int servers(Workload workload) {
        return workload.accelerator().none() ? (int) Math.max(1, workload.cpuMillis() / 1000) : 1;
    }

    static double serviceMillis(Workload workload, Variant variant, Node node) {
        return serviceMillis(workload, variant, node, 1);
    }

    /** One run of a batch; infinite where that size was not measured there. */
    static double serviceMillis(Workload workload, Variant variant, Node node, int batch) {
        AcceleratorNeed need = workload.accelerator();
        if (need.none()) {
            double part = Math.min(1, workload.cpuMillis() / 1000.0);
            return wholeMillis(variant, node.hardware(), node.gigaMacsPerSecondPerCore(), part, batch);
        }
        for (Accelerator device : node.accelerators()) {
            if (need.accepts(device)) {
                double part = need.milli() / (double) Accelerator.WHOLE;
                return wholeMillis(variant, device.kind(), device.gigaMacsPerSecond(), part, batch);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** Sizes of batches that were measured on what the workload would run on there, 1 first. */
    static List<Integer> batches(Workload workload, Variant variant, Node node) {
        AcceleratorNeed need = workload.accelerator();
        if (variant.batchMillis().isEmpty()) {
            return ONE_BY_ONE;
        }
        if (need.none()) {
            return variant.batches(node.hardware());
        }
        for (Accelerator device : node.accelerators()) {
            if (need.accepts(device)) {
                return variant.batches(device.kind());
            }
        }
        return ONE_BY_ONE;
    }

    private static double wholeMillis(
            Variant variant, String hardware, double gigaMacsPerSecond, double part, int batch) {
        if (batch > 1) {
            Double together =
                    variant.batchMillis().getOrDefault(hardware, Map.of()).get(batch);
            return together == null ? Double.POSITIVE_INFINITY : together / part;
        }
        Double measured = variant.measuredMillis().get(hardware);
        if (measured != null) {
            return measured == 0 ? 0 : measured / part;
        }
        return variant.macs() == 0 ? 0 : variant.macs() / (gigaMacsPerSecond * 1e6) / part;
    }

    /** The standard normal quantile by Acklam's rational approximation, relative error below 1.2e-9. */
    static double normalQuantile(double p) {
        if (p < 0.02425 || p > 1 - 0.02425) {
            double q = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
            double x = (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q
                                                    - 2.549732539343734)
                                            * q
                                    + 4.374664141464968)
                            * q
                    + 2.938163982698783);
            double y = (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q
                                    + 3.754408661907416)
                            * q
                    + 1;
            return p < 0.5 ? x / y : -x / y;
        }
        double q = p - 0.5;
        double r = q * q;
        double x = (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
                                                + 1.383577518672690e+02)
                                        * r
                                - 3.066479806614716e+01)
                        * r
                + 2.506628277459239);
        double y = (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r
                                                + 6.680131188771972e+01)
                                        * r
                                - 1.328068155288572e+01)
                        * r
                + 1);
        return x * q / y;
    }
}
