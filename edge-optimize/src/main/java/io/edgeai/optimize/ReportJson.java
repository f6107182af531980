package io.edgeai.optimize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.model.Digest;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.latency.LatencySummary;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.search.Figures;
import io.edgeai.optimize.search.Trial;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes a report as JSON; numbers that are not finite become null. */
final class ReportJson {
    private ReportJson() {}

    static String of(OptimizationReport report) {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("model", report.model())
                .put("kept", report.kept())
                .put("outcome", report.outcome())
                .put("recipe", report.recipe())
                .put("hardware", report.hardware())
                .put("durationSeconds", report.duration().toMillis() / 1e3);
        root.putObject("sizeBytes")
                .put("before", report.bytesBefore())
                .put("after", report.bytesAfter())
                .put("change", report.sizeChange());
        root.putObject("memoryBytesEstimated")
                .put("before", report.memoryBefore())
                .put("after", report.memoryAfter());
        provenance(root.putObject("provenance"), report.provenance());
        if (report.latency() != null) {
            ObjectNode latency = root.putObject("latencyMicros");
            summary(latency.putObject("before"), report.latency().original());
            summary(latency.putObject("after"), report.latency().derived());
            latency.put("speedup", report.latency().speedup())
                    .put("lowestRound", report.latency().lowestRound())
                    .put("highestRound", report.latency().highestRound())
                    .put("rounds", report.latency().rounds());
        }
        if (report.accuracyBefore() != null) {
            ObjectNode accuracy = root.putObject("accuracy");
            accuracy(accuracy, "before", report.accuracyBefore());
            accuracy(accuracy, "after", report.accuracyAfter());
            number(accuracy, "kept", report.accuracyKept());
            accuracy.put("floor", report.accuracyFloor());
        }
        if (report.fidelity() != null) {
            ObjectNode fidelity =
                    root.putObject("fidelity").put("samples", report.fidelity().samples());
            ArrayNode outputs = fidelity.putArray("outputs");
            report.fidelity().outputs().forEach(output -> {
                ObjectNode one = outputs.addObject()
                        .put("output", output.output())
                        .put("maxAbsError", output.maxAbsError())
                        .put("meanAbsError", output.meanAbsError())
                        .put("cosine", output.cosine())
                        .put("topOneAgreement", output.topOneAgreement())
                        .put("notFinite", output.notFinite());
                number(one, "sqnrDb", output.sqnrDb());
            });
        }
        root.set("quantizedOps", mapper.valueToTree(report.quantizedOps()));
        ArrayNode left = root.putArray("left");
        report.left().forEach(node -> left.addObject()
                .put("node", node.node())
                .put("op", node.op())
                .put("reason", node.reason()));
        if (report.fused() != null) {
            fused(root.putObject("integerKernels"), report.fused());
        }
        if (report.tuning() != null) {
            tuning(root.putObject("engineOptions"), report.tuning());
        }
        ArrayNode layers = root.putArray("layerErrors");
        report.layerErrors()
                .forEach(layer -> number(layers.addObject().put("value", layer.value()), "sqnrDb", layer.sqnrDb()));
        ArrayNode trials = root.putArray("trials");
        report.trials().forEach(trial -> trial(trials.addObject(), trial, report.accuracy(trial)));
        ArrayNode front = root.putArray("front");
        report.front().forEach(trial -> front.add(trial.name()));
        ArrayNode warnings = root.putArray("warnings");
        report.warnings().forEach(warnings::add);
        try {
            return mapper.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of plain nodes must be writable.", e);
        }
    }

    private static void provenance(ObjectNode node, Provenance provenance) {
        node.put("model", provenance.model().hex())
                .put("calibration", hex(provenance.calibration()))
                .put("labelled", hex(provenance.labelled()))
                .put("training", hex(provenance.training()))
                .put("student", hex(provenance.student()))
                .put("library", provenance.library())
                .put("engine", provenance.engine())
                .put("hardware", provenance.hardware());
    }

    private static void fused(ObjectNode node, FusedShare fused) {
        ArrayNode ops = node.putArray("operators");
        fused.ops().forEach(row -> ops.addObject()
                .put("op", row.op())
                .put("nodes", row.nodes())
                .put("meant", row.meant())
                .put("fused", row.fused()));
        ArrayNode floats = node.putArray("computedInFloat");
        fused.unfused().forEach(one -> floats.addObject()
                .put("node", one.output())
                .put("op", one.op())
                .put("becomes", one.becomes())
                .put("reason", one.reason()));
    }

    private static void tuning(ObjectNode node, TuningReport tuning) {
        node.put("intraOpThreads", tuning.best().intraOpThreads())
                .put("optimize", tuning.best().optimize())
                .put("speedup", tuning.speedup())
                .put("tried", tuning.trials().size());
        ObjectNode engine = node.putObject("engine");
        new TreeMap<>(tuning.best().engineOptions()).forEach(engine::put);
    }

    private static @Nullable String hex(@Nullable Digest digest) {
        return digest == null ? null : digest.hex();
    }

    private static void trial(ObjectNode node, Trial trial, @Nullable Accuracy accuracy) {
        node.put("name", trial.name())
                .put("kind", trial.kind().name())
                .put("outcome", trial.outcome().name())
                .put("verdict", trial.verdict());
        trial.steps().forEach(node.putArray("steps")::add);
        Figures figures = trial.figures();
        if (figures != null) {
            node.put("bytes", figures.bytes()).put("memoryBytesEstimated", figures.memoryBytes());
            number(node, "speedup", figures.speedup());
            number(node, "p50Micros", figures.p50Micros());
            number(node, "p99Micros", figures.p99Micros());
            number(node, "accuracy", figures.accuracy());
            if (accuracy != null) {
                node.put("accuracyLower95", accuracy.lower()).put("accuracyUpper95", accuracy.upper());
            }
            number(node, "agreement", figures.agreement());
            number(node, "sqnrDb", figures.sqnrDb());
        }
    }

    private static void summary(ObjectNode node, LatencySummary summary) {
        node.put("p50", summary.p50Micros()).put("p99", summary.p99Micros()).put("runs", summary.runs());
    }

    private static void accuracy(ObjectNode node, String name, @Nullable Accuracy accuracy) {
        if (accuracy != null) {
            node.putObject(name)
                    .put("value", accuracy.value())
                    .put("lower95", accuracy.lower())
                    .put("upper95", accuracy.upper())
                    .put("correct", accuracy.correct())
                    .put("total", accuracy.total());
        }
    }

    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
