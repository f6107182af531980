package io.edgeai.monitor.dashboard;

import static io.edgeai.monitor.dashboard.JsonText.number;

import com.fasterxml.jackson.core.JsonGenerator;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.advice.Advice;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.drift.ColumnDrift;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Everything on the page but the curves, as one JSON text. Thread-safe. */
final class StateJson {
    private static final int MAX_ALERTS = 200;

    private final DashboardSource source;
    private final Boards boards;

    StateJson(DashboardSource source, Boards boards) {
        this.source = source;
        this.boards = boards;
    }

    /** The state now; equal texts mean that nothing changed. */
    String write() {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("versions");
            for (VersionRef version : source.versions()) {
                version(json, version);
            }
            json.writeEndArray();
            alerts(json);
            ObjectivesJson.write(json, source.objectives());
            experiments(json);
            sites(json);
            json.writeEndObject();
        });
    }

    private void version(JsonGenerator json, VersionRef version) throws IOException {
        Health health;
        DriftVerdict drift;
        List<Advice> advice;
        Map<String, WindowSummary> devices;
        try {
            health = source.health(version);
            drift = source.drift(version).orElse(null);
            advice = source.advice(version);
            devices = source.devices(version);
        } catch (ModelNotFoundException e) {
            return; // forgotten meanwhile
        }
        json.writeStartObject();
        json.writeStringField("name", version.toString());
        number(json, "score", health.score().orElse(Double.NaN));
        json.writeStringField("cause", health.topCause().map(HealthPart::reason).orElse(""));
        json.writeArrayFieldStart("parts");
        for (HealthPart part : health.parts()) {
            json.writeStartObject();
            json.writeStringField("signal", part.signal().name());
            number(json, "value", part.value());
            json.writeNumberField("weight", part.weight());
            number(json, "lost", part.pointsLost());
            json.writeStringField("reason", part.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        advice(json, advice);
        devices(json, devices);
        if (drift != null) {
            json.writeObjectFieldStart("drift");
            json.writeNumberField("at", drift.at().toEpochMilli());
            json.writeStringField("origin", drift.basis().origin());
            json.writeNumberField("inputRows", drift.basis().inputs());
            json.writeNumberField("answerRows", drift.basis().outputs());
            columns(json, "inputs", drift.inputs());
            columns(json, "outputs", drift.outputs());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void devices(JsonGenerator json, Map<String, WindowSummary> all) throws IOException {
        json.writeArrayFieldStart("devices");
        for (Map.Entry<String, WindowSummary> each : all.entrySet()) {
            json.writeStartObject();
            json.writeStringField("name", each.getKey());
            number(json, "calls", each.getValue().throughputPerSecond());
            number(json, "p99", each.getValue().p99Nanos() * 1e-6);
            number(json, "batch", each.getValue().runs().meanBatch());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void advice(JsonGenerator json, List<Advice> list) throws IOException {
        json.writeArrayFieldStart("advice");
        for (Advice each : list) {
            json.writeStartObject();
            json.writeStringField(
                    "action", each.action().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            json.writeStringField("gain", each.gain());
            json.writeStringField("evidence", each.evidence());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void columns(JsonGenerator json, String name, DriftReport report) throws IOException {
        json.writeArrayFieldStart(name);
        for (ColumnDrift column : report.columns()) {
            json.writeStartObject();
            json.writeStringField("name", column.name());
            json.writeBooleanField("drifted", column.drifted());
            number(json, "p", column.adjustedPValue());
            number(json, "psi", column.psi());
            number(json, "shift", column.medianShift());
            number(json, "spread", Math.exp(column.logSpreadRatio()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void alerts(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("alerts");
        List<Alert> all = source.alerts();
        for (Alert alert : all.subList(0, Math.min(MAX_ALERTS, all.size()))) {
            json.writeStartObject();
            json.writeStringField("version", alert.version().toString());
            json.writeStringField("signal", alert.signal().name());
            json.writeStringField("state", alert.state().name());
            number(json, "score", alert.score());
            json.writeStringField("message", alert.message());
            json.writeNumberField("since", alert.since().toEpochMilli());
            if (alert.resolvedAt().isPresent()) {
                json.writeNumberField("until", alert.resolvedAt().get().toEpochMilli());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void experiments(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("experiments");
        for (ExperimentCard card : boards.experiments()) {
            json.writeStartObject();
            json.writeStringField("model", card.model());
            json.writeNumberField("requests", card.requests());
            json.writeBooleanField("trustworthy", card.trustworthy());
            json.writeArrayFieldStart("rows");
            for (ExperimentCard.Row row : card.rows()) {
                json.writeStartObject();
                json.writeStringField("treatment", row.treatment());
                json.writeStringField("metric", row.metric());
                json.writeStringField("outcome", row.outcome());
                number(json, "difference", row.difference());
                number(json, "low", row.low());
                number(json, "high", row.high());
                number(json, "p", row.pValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void sites(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("sites");
        for (SiteCard card : boards.sites()) {
            json.writeStartObject();
            json.writeStringField("site", card.site());
            json.writeStringField("node", card.node());
            json.writeNumberField("replicas", card.replicas());
            number(json, "cpu", card.cpuShare());
            number(json, "memory", card.memoryShare());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
