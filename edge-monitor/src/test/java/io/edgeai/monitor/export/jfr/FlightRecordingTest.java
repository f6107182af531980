package io.edgeai.monitor.export.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.export.ServedTraffic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecordingTest {
    @TempDir
    private Path dir;

    @Test
    void windowsAndAlertsAreInTheRecording() throws Exception {
        EventBus events = new EventBus((event, failure) -> {});
        Path file = dir.resolve("flight.jfr");
        EventBus.AutoSubscription alerts = FlightRecording.alerts(events);
        try (Recording recording = new Recording()) {
            recording.start();
            new ServedTraffic(builder -> builder.onWindow(FlightRecording::window)).close();
            events.publish(new AlertRaised(ServedTraffic.VERSION, SignalKind.ERRORS, 0.75, "rose.", Instant.EPOCH));
            alerts.close();
            events.publish(new AlertRaised(ServedTraffic.VERSION, SignalKind.ERRORS, 0.75, "later.", Instant.EPOCH));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> found = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.edgeai."))
                .toList();
        assertThat(found).hasSize(2);
        assertThat(found).anySatisfy(event -> {
            assertThat(event.getEventType().getName()).isEqualTo("io.edgeai.WindowClosed");
            assertThat(event.getLong("calls")).isEqualTo(100);
            assertThat(event.getLong("failures")).isEqualTo(3);
            assertThat(event.getDuration("p50").toMillis()).isBetween(48L, 50L);
        });
        assertThat(found).anySatisfy(event -> {
            assertThat(event.getEventType().getName()).isEqualTo("io.edgeai.AlertRaised");
            assertThat(event.getString("message")).isEqualTo("rose.");
            assertThat(event.getDouble("score")).isEqualTo(0.75);
        });
    }
}
