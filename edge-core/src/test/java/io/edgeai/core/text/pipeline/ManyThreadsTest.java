package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One pipeline, used by several threads, over a session and over an endpoint. */
class ManyThreadsTest {
    private final float[][] table = TableGraph.table(91, 50, 3);

    @Test
    void threadsThatShareAPipelineGetWhatOneAloneGets() throws Exception {
        long seed = 92;
        Random random = new Random(seed);
        List<List<String>> work = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            work.add(List.of(Loops.text(random, random.nextInt(9)), Loops.text(random, random.nextInt(9))));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (InferenceSession session = new TableGraph().sum("logits", table).open();
                ModelEndpoint endpoint = ModelEndpoint.builder()
                        .opener(ref -> new TableGraph().sum("logits", table).open())
                        .split(TrafficSplit.all(VersionRef.of("texts", 1)))
                        .build()) {
            TextModel.Builder model =
                    TextModel.builder().tokenizer(new PieceTokenizer(50, 16)).labels(List.of("a", "b", "c"));
            var alone = new TextClassification(
                    model.graph(session.signature(), session::run).build());
            var shared = new TextClassification(
                    model.graph(endpoint.signature(), endpoint::predict).build());
            List<Future<List<List<Label>>>> answers = new ArrayList<>();
            work.forEach(texts -> answers.add(threads.submit(() -> shared.scores(texts))));

            for (int i = 0; i < work.size(); i++) {
                assertThat(answers.get(i).get())
                        .as("seed %d, texts %d", seed, i)
                        .isEqualTo(alone.scores(work.get(i)));
            }
            assertThat(endpoint.answered().values()).allMatch(count -> count >= work.size());
        } finally {
            threads.shutdownNow();
        }
    }
}
