package io.edgeai.monitor.dashboard;

import static io.edgeai.monitor.dashboard.JsonText.number;

import com.fasterxml.jackson.core.JsonGenerator;
import io.edgeai.monitor.objective.ObjectiveStatus;
import java.io.IOException;
import java.util.List;

/** Objectives as the page shows them. */
final class ObjectivesJson {
    private ObjectivesJson() {}

    /** Writes a field {@code objectives}. */
    static void write(JsonGenerator json, List<ObjectiveStatus> all) throws IOException {
        json.writeArrayFieldStart("objectives");
        for (ObjectiveStatus each : all) {
            json.writeStartObject();
            json.writeStringField("model", each.objective().model().name());
            json.writeStringField("text", each.objective().toString());
            json.writeNumberField("days", each.objective().period().toDays());
            number(json, "left", each.budgetLeft());
            json.writeArrayFieldStart("burns");
            for (ObjectiveStatus.Burn burn : each.burns()) {
                json.writeStartObject();
                json.writeNumberField("hours", burn.rule().longWindow().toHours());
                number(json, "allowed", burn.rule().rate());
                number(json, "rate", burn.longRate());
                json.writeBooleanField("tooFast", burn.tooFast());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
