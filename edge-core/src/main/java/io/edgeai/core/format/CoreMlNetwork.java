package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import java.util.Map;
import java.util.Set;

/** The layers of a Core ML neural network and their weights; field numbers are those of NeuralNetwork.proto. */
final class CoreMlNetwork {
    private static final int DEEPEST = 16;
    private static final int ACTIVATION = 130;
    private static final int BRANCH = 605;
    private static final int LOOP = 615;

    /** Which fields of a layer hold {@code WeightParams}. */
    private static final Map<Integer, Set<Integer>> WEIGHTS = Map.ofEntries(
            Map.entry(100, Set.of(90, 91)),
            Map.entry(140, Set.of(20, 21)),
            Map.entry(150, Set.of(20, 21)),
            Map.entry(160, Set.of(15, 16, 17, 18)),
            Map.entry(245, Set.of(2, 5)),
            Map.entry(250, Set.of(2)),
            Map.entry(290, Set.of(2)),
            Map.entry(400, Set.of(30, 31, 32)),
            Map.entry(410, Set.of(30, 31, 32, 50, 51, 52, 70, 71, 72)),
            Map.entry(500, Set.of(20)),
            Map.entry(1040, Set.of(20, 21)),
            Map.entry(1045, Set.of(8, 9)),
            Map.entry(1070, Set.of(2)),
            Map.entry(1350, Set.of(3, 4)),
            Map.entry(1471, Set.of(60, 61)));

    /** Which fields of a layer hold a message of several weights, and which of its fields those are. */
    private static final Map<Integer, Map<Integer, Set<Integer>>> GROUPS = Map.of(
            420,
            Map.of(20, Set.of(1, 2, 3, 4, 20, 21, 22, 23, 40, 41, 42, 43, 60, 61, 62)),
            430,
            Map.of(20, Set.of(1, 2, 3, 4, 20, 21, 22, 23, 40, 41, 42, 43, 60, 61, 62)),
            ACTIVATION,
            Map.of(25, Set.of(1), 71, Set.of(1, 2))); // PReLU, parametricSoftplus

    private static final Map<Integer, Set<Integer>> NETWORKS = Map.of(BRANCH, Set.of(1, 2), LOOP, Set.of(3, 4));

    private final Findings findings;

    CoreMlNetwork(Findings findings) {
        this.findings = findings;
    }

    void read(ProtoFields network) {
        read(network, 0);
    }

    private void read(ProtoFields network, int depth) {
        while (network.next() && depth <= DEEPEST) {
            if (network.is(1, LENGTH)) {
                layer(network.enter(), depth);
            } else if (network.is(2, LENGTH)) {
                preprocessing(network.enter());
            }
        }
    }

    private void layer(ProtoFields layer, int depth) {
        while (layer.next()) {
            int number = layer.number();
            if (number < 100 || layer.wire() != LENGTH) {
                continue;
            }
            findings.operator(CoreMlNames.layer(number));
            Set<Integer> weights = WEIGHTS.getOrDefault(number, Set.of());
            Map<Integer, Set<Integer>> groups = GROUPS.getOrDefault(number, Map.of());
            Set<Integer> networks = NETWORKS.getOrDefault(number, Set.of());
            ProtoFields parts = layer.enter();
            while (parts.next()) {
                if (parts.wire() != LENGTH) {
                    continue;
                }
                if (weights.contains(parts.number())) {
                    weights(parts.enter());
                } else if (groups.containsKey(parts.number())) {
                    group(parts.enter(), groups.get(parts.number()));
                } else if (networks.contains(parts.number())) {
                    read(parts.enter(), depth + 1);
                }
            }
        }
    }

    private void group(ProtoFields group, Set<Integer> fields) {
        while (group.next()) {
            if (fields.contains(group.number()) && group.wire() == LENGTH) {
                weights(group.enter());
            }
        }
    }

    /** {@code WeightParams}: floats, halves, or integers of 1 to 8 bits with a scale or a table. */
    private void weights(ProtoFields weights) {
        long raw = 0;
        long bits = 8;
        while (weights.next()) {
            switch (weights.number()) {
                case 1 -> findings.weight(weights.fixed(4), weights.fixed(4) * 4);
                case 2 -> {
                    findings.weight(weights.length() / 2, weights.length());
                    findings.note("weights of", "16 bits");
                }
                case 30, 31 -> raw += weights.length();
                case 40 -> {
                    ProtoFields quantization = weights.enter();
                    while (quantization.next()) {
                        bits = quantization.is(1, VARINT) && quantization.value() > 0 ? quantization.value() : bits;
                        if (quantization.is(101, LENGTH) || quantization.is(102, LENGTH)) {
                            findings.note(
                                    "quantization kind", quantization.number() == 101 ? "linear" : "look-up table");
                            findings.weight(0, quantization.length());
                        }
                    }
                    findings.note("quantization", bits + " bits");
                }
                default -> {} // whether it may be trained
            }
        }
        findings.weight(raw * 8 / Math.max(1, Math.min(64, bits)), raw);
    }

    private void preprocessing(ProtoFields preprocessing) {
        String feature = "";
        StringBuilder steps = new StringBuilder();
        while (preprocessing.next()) {
            if (preprocessing.is(1, LENGTH)) {
                feature = preprocessing.text(256);
            } else if (preprocessing.is(10, LENGTH)) {
                ProtoFields scaler = preprocessing.enter();
                while (scaler.next()) {
                    if (scaler.wire() == ProtoFields.FIXED32) {
                        steps.append(steps.isEmpty() ? "" : ", ")
                                .append(bias(scaler.number()))
                                .append(scaler.real32());
                    }
                }
            } else if (preprocessing.is(11, LENGTH)) {
                steps.append(steps.isEmpty() ? "" : ", ").append("minus a mean image");
            }
        }
        findings.note("preprocessing " + feature, steps.toString());
    }

    private static String bias(int number) {
        return switch (number) {
            case 10 -> "scale ";
            case 20 -> "blue bias ";
            case 21 -> "green bias ";
            case 22 -> "red bias ";
            default -> "gray bias ";
        };
    }
}
