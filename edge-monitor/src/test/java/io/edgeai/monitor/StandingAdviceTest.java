package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.resource.ResourceReading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandingAdviceTest {
    private static final Instant AT = Instant.parse("2026-01-05T10:00:00Z");
    private static final Set<AdvisedAction> BATCH = EnumSet.of(AdvisedAction.BATCH);
    private static final Set<AdvisedAction> NONE = EnumSet.noneOf(AdvisedAction.class);

    @TempDir
    Path dir;

    private final StandingAdvice advice = new StandingAdvice();

    private Set<AdvisedAction> minute(int minute, Set<AdvisedAction> now) {
        return advice.fresh(now, AT.plusSeconds(60L * minute));
    }

    @Test
    void whatComesBackWithinHalfAnHourIsTheSame() {
        assertThat(minute(0, BATCH)).isEqualTo(BATCH);
        for (int minute = 1; minute < 200; minute++) {
            assertThat(minute(minute, minute % 29 == 0 ? BATCH : NONE))
                    .as("minute %d", minute)
                    .isEmpty();
        }
        assertThat(minute(203, NONE)).isEmpty();
        assertThat(minute(204, BATCH)).as("30 minutes after minute 174").isEqualTo(BATCH);
        assertThat(minute(205, EnumSet.of(AdvisedAction.BATCH, AdvisedAction.MOVE)))
                .containsExactly(AdvisedAction.MOVE);
    }

    @Test
    void whatIsKeptGoesOnAndNonsenseIsRefused() {
        minute(0, BATCH);
        StandingAdvice later = new StandingAdvice();
        later.restore(advice.save());
        assertThat(later.fresh(BATCH, AT.plusSeconds(600))).isEmpty();
        assertThat(later.save()).isNotEqualTo(advice.save());
        for (String bad : List.of("", "advice 2", "advice 1\nBATCH", "advice 1\nSING 2026-01-05T10:00:00Z")) {
            assertThatThrownBy(() -> new StandingAdvice().restore(bad.getBytes(StandardCharsets.UTF_8)))
                    .as(bad)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
    }

    /** A busy processor for an hour, in the middle of which the process starts again. */
    @Test
    void aRestartDoesNotTellItAgain() {
        FakeTime time = new FakeTime();
        List<ActionAdvised> told = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            EventBus events = new EventBus((event, failure) -> {
                throw failure;
            });
            events.subscribe(ActionAdvised.class, told::add);
            try (EdgeMonitor monitor = EdgeMonitor.builder()
                    .clock(time)
                    .ticker(time)
                    .events(events)
                    .history(dir)
                    .signals(EnumSet.of(SignalKind.LATENCY))
                    .resources(() -> new ResourceReading(0.95, 1e8, 1e8))
                    .manualTicks()
                    .build()) {
                for (int window = 0; window < 180; window++) {
                    for (int call = 0; call < 30; call++) {
                        monitor.listener(VersionRef.of("m", 1)).success(1_000_000);
                    }
                    time.advance(Duration.ofSeconds(10));
                    monitor.tick();
                }
            }
            time.advance(Duration.ofMinutes(2));
            assertThat(told)
                    .as("run %d", run)
                    .extracting(ActionAdvised::action)
                    .containsExactly(AdvisedAction.QUANTIZE);
        }
    }
}
