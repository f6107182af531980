package io.edgeai.optimize.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.runtime.SessionOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidateTest {
    private static List<String> labels(int threads, boolean branches) {
        return Candidate.shapes(SessionOptions.defaults(), threads, branches).stream()
                .map(Candidate::label)
                .toList();
    }

    @Test
    void oneProcessorLeavesNothingToShare() {
        assertThat(labels(1, true)).containsExactly("threads=1", "threads=1 level=extended");
    }

    @Test
    void threadsDoubleUpToTheLimitEachWithAndWithoutSpinning() {
        assertThat(labels(6, false))
                .contains("threads=2", "threads=4", "threads=6", "threads=6 spinning")
                .doesNotContain("threads=8", "threads=3");
        assertThat(labels(6, true)).contains("threads=1 parallel branches=4");
        assertThat(labels(6, true)).doesNotHaveDuplicates();
    }

    @Test
    void labelsSayWhatTheOptionsDo() {
        Candidate spinning =
                Candidate.shapes(SessionOptions.defaults(), 2, false).get(2);
        assertThat(spinning.label()).isEqualTo("threads=2 spinning");
        assertThat(spinning.options().intraOpThreads()).isEqualTo(2);
        assertThat(spinning.options().engineOptions()).containsEntry(Candidate.SPINNING, "1");

        List<Candidate> details = Candidate.details(spinning, true);
        assertThat(details).allSatisfy(detail -> {
            assertThat(detail.label()).startsWith("threads=2 spinning ");
            assertThat(detail.options().engineOptions())
                    .containsEntry(Candidate.SPINNING, "1")
                    .hasSizeGreaterThan(1);
        });
        assertThat(details.get(3).options().engineOptions()).containsEntry(Candidate.DENORMALS, "1");
        assertThat(Candidate.details(spinning, false)).hasSize(3);
    }
}
