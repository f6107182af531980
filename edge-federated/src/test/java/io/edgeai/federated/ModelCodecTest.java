package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that travel in a codec: participants see what it makes of them, and the coordinator's stays exact. */
class ModelCodecTest {
    /** A half has none of these: thirds, sevenths, a tenth. */
    private static final float[] START = {1 / 3f, 2 / 7f, 0.1f, -1 / 3f, 5 / 7f, 1e-3f};

    @TempDir
    Path folder;

    private final List<RoundTask> seen = new ArrayList<>();

    private FederatedCoordinator.Builder federation(float step) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(2, 2))
                .initialParameters(START)
                .participant(FederatedParticipant.of("only", 1, task -> {
                    seen.add(task);
                    float[] parameters = task.parameters();
                    for (int i = 0; i < parameters.length; i++) {
                        parameters[i] += step;
                    }
                    return Update.of(parameters, 1);
                }))
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .models(Codec.f16())
                .rounds(5);
    }

    /** A model that nobody changes is the same to the bit after any number of rounds in any codec. */
    @Test
    void roundingDoesNotAddUp() {
        FederatedRun run = federation(0).build().run();
        assertThat(run.lastParameters()).isEqualTo(START);
        assertThat(run.rounds()).allSatisfy(round -> {
            assertThat(round.bytesDown()).isEqualTo(12L + 2L * START.length);
            assertThat(round.bytesUp()).isEqualTo(4L * START.length);
        });
    }

    /** 11 bits: between a half and one, steps of 2⁻¹¹, so 5/7 becomes 1463/2048. */
    @Test
    void participantsTrainFromWhatTheCodecMakes() {
        FederatedRun run = federation(0.25f).build().run();
        assertThat(seen.get(0).parameters()[4]).isEqualTo(1463 / 2048f);
        assertThat(seen.get(0).parameters()[0]).isEqualTo(1365 / 4096f);
        for (int i = 0; i < START.length; i++) {
            assertThat(run.lastParameters()[i]).isCloseTo(START[i] + 5 * 0.25f, within(1e-6f));
        }
    }

    @Test
    void aJournalOfOneCodecIsNotGoneOnWithInAnother() {
        Path journal = folder.resolve("run.journal");
        assertThat(federation(0).journal(journal).build().run().rounds()).hasSize(5);
        FederatedCoordinator other =
                federation(0).models(Codec.bf16()).journal(journal).build();
        assertThat(catchThrowable(other::run))
                .hasMessageContaining("models as f16")
                .hasMessageContaining("models as bf16");
    }
}
