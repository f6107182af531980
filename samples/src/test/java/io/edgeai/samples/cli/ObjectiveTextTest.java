package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.objective.Objective;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectiveTextTest {
    @Test
    void aShareAndPerhapsATimeAreRead() {
        assertThat(ObjectiveText.parse("defects=99.9%")).isEqualTo(Objective.errors("defects", 0.999));
        assertThat(ObjectiveText.parse("a.b-c=99.995%").target()).isEqualTo(0.99995);
        assertThat(ObjectiveText.parse("defects=99%<20ms"))
                .isEqualTo(Objective.latency("defects", 0.99, Duration.ofMillis(20)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "defects",
                "defects=99.9",
                "=99%",
                "defects=0%",
                "defects=100%",
                "defects=1.2.3%",
                "defects=99%<20",
                "defects=99%<",
                "a b=99%"
            })
    void whatIsNoneIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> ObjectiveText.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }
}
