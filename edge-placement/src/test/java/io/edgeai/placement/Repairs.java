package io.edgeai.placement;

import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Policy;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Does to a workload what the text of a repair says, as a person would who reads nothing else. */
final class Repairs {
    /** A workload after a repair and the variant it concerns. */
    record Changed(Workload workload, Variant variant) {}

    private static final Pattern LOWER = Pattern.compile("lower (.+) by .+ to ([0-9.e+-]+)(?: (\\w+))?");

    private Repairs() {}

    /** Every way the text offers; none where it asks for something outside the workload. */
    static List<Changed> apply(String repair, Workload workload, Variant variant) {
        Policy policy = workload.policy();
        Matcher lower = LOWER.matcher(repair);
        if (lower.matches()) {
            return lowered(lower.group(1), amount(lower.group(2), lower.group(3)), workload, variant);
        }
        Matcher rate = Pattern.compile("use (\\d+) replicas or lower the rate to (.+)/s")
                .matcher(repair);
        if (rate.matches()) {
            return List.of(
                    new Changed(workload.rate(Double.parseDouble(rate.group(2))), variant),
                    new Changed(workload.replicas(Integer.parseInt(rate.group(1))), variant));
        }
        Matcher raise = Pattern.compile("raise p(.+) to (\\d+) ms").matcher(repair);
        if (raise.matches()) {
            return List.of(new Changed(
                    workload.latency(
                            Duration.ofMillis(Long.parseLong(raise.group(2))),
                            workload.demand().quantile()),
                    variant));
        }
        Matcher wanted = Pattern.compile("lower the wanted (\\w+) to (.+)").matcher(repair);
        if (wanted.matches()) {
            double share = Double.parseDouble(wanted.group(2));
            return List.of(new Changed(
                    wanted.group(1).equals("accuracy")
                            ? workload.accuracyAtLeast(share)
                            : workload.availabilityAtLeast(share),
                    variant));
        }
        if (repair.startsWith("allow region (")) {
            Set<String> regions = new HashSet<>(policy.residency());
            regions.add(repair.substring(14, repair.length() - 1));
            return List.of(new Changed(workload.residency(regions.toArray(String[]::new)), variant));
        }
        if (repair.startsWith("allow spread ")) {
            return List.of(new Changed(workload.spread(Spread.valueOf(repair.substring(13))), variant));
        }
        if (repair.startsWith("do without [")) {
            Set<String> labels = new HashSet<>(policy.requiredLabels());
            labels.removeAll(List.of(repair.substring(12, repair.length() - 1).split(", ")));
            return List.of(new Changed(workload.policy(labelled(policy, labels, policy.federated())), variant));
        }
        if (repair.equals("do without training data") && policy.federated()) {
            return List.of(new Changed(workload.policy(labelled(policy, policy.requiredLabels(), false)), variant));
        }
        if (repair.startsWith("do without an accelerator")) {
            return List.of(new Changed(workload.accelerator(AcceleratorNeed.NONE), variant));
        }
        return List.of();
    }

    private static double amount(String number, String unit) {
        return Double.parseDouble(number) * ("MB".equals(unit) ? 1e6 : 1);
    }

    private static List<Changed> lowered(String what, double to, Workload workload, Variant variant) {
        long whole = Math.round(to);
        AcceleratorNeed need = workload.accelerator();
        return switch (what) {
            case "CPU" -> List.of(new Changed(workload.cpuMillis(whole), variant));
            case "memory" -> List.of(new Changed(workload, sized(variant, variant.sizeBytes(), whole)));
            case "disk" -> List.of(new Changed(workload, sized(variant, whole, variant.memoryBytes())));
            case "accelerator" ->
                List.of(new Changed(
                        workload.accelerator(
                                whole == 0
                                        ? AcceleratorNeed.NONE
                                        : new AcceleratorNeed(need.kind(), (int) whole, need.memoryBytes())),
                        variant));
            case "accelerator memory" ->
                List.of(new Changed(workload.accelerator(need.kind(), need.milli(), whole), variant));
            default -> throw new AssertionError("cannot lower " + what);
        };
    }

    private static Variant sized(Variant variant, long size, long memory) {
        return new Variant(
                variant.name(),
                variant.accuracy(),
                size,
                memory,
                variant.macs(),
                variant.measuredMillis(),
                variant.energyFactor());
    }

    private static Policy labelled(Policy policy, Set<String> labels, boolean federated) {
        return new Policy(
                policy.minimumAccuracy(),
                policy.minimumAvailability(),
                policy.residency(),
                labels,
                policy.spread(),
                policy.near(),
                policy.awayFrom(),
                federated);
    }
}
