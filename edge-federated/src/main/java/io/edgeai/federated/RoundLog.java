package io.edgeai.federated;

import io.edgeai.federated.evaluation.ParticipantScore;
import io.edgeai.federated.evaluation.SiteFigures;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a round writes down so that another process can go on with it. Used by one thread. */
interface RoundLog extends AutoCloseable {
    /** Of the round that was under way; empty where there was none. */
    Unfinished unfinished();

    /** Who was chosen, in order. */
    void selected(int round, List<String> participants);

    /** An update that counts, from the participant at a place of the selection; gives it back from where it is kept. */
    Supplier<Update> accepted(int place, Update update);

    /** What the participant at a place remembers after its work; written before what became of that work. */
    void remembered(int place, String participant, float[][] memory);

    /** Work that does not count. */
    void refused(int place, String reason);

    /** Secure sums, each with the places whose vectors are in it: one, or one for each group. */
    void summed(List<SecureCollection.Outcome> sums);

    /** Of the measurement that was under way; empty where there was none. */
    Measured measured();

    /** Who is asked to measure the model after a round, in order; safe when this returns. */
    void measuring(int round, List<String> participants);

    /** What the participant at a place of those asked measured. */
    void scored(int place, ParticipantScore score);

    /** Why there is no score of the participant at a place. */
    void missed(int place, String reason);

    /** All that was written is safe when this returns. */
    void force();

    /** The state between two rounds: what was written before it is no longer needed. */
    void committed(RunState state);

    @Override
    void close();

    /**
     * What is known of a round that another process began.
     *
     * @param selected ids in order of selection; empty where none was under way
     * @param accepted updates that count, by place
     * @param refused reasons, by place
     * @param sums of a round of secure aggregation; empty where there were none yet
     */
    record Unfinished(
            List<String> selected,
            Map<Integer, Supplier<Update>> accepted,
            Map<Integer, String> refused,
            List<SecureCollection.Outcome> sums) {
        static final Unfinished NONE = new Unfinished(List.of(), Map.of(), Map.of(), List.of());

        boolean none() {
            return selected.isEmpty();
        }
    }

    /**
     * What is known of a measurement that another process began.
     *
     * @param asked ids in order; empty where none was under way
     * @param scores by place
     * @param missed reasons, by place
     */
    record Measured(List<String> asked, Map<Integer, ParticipantScore> scores, Map<Integer, String> missed) {
        static final Measured NONE = new Measured(List.of(), Map.of(), Map.of());

        SiteFigures.Missing missing(int place, String reason) {
            return new SiteFigures.Missing(asked.get(place), reason);
        }
    }

    /** Writes nothing: a run that ends with its process. */
    static RoundLog none() {
        return new RoundLog() {
            @Override
            public Unfinished unfinished() {
                return Unfinished.NONE;
            }

            @Override
            public void selected(int round, List<String> participants) {}

            @Override
            public Supplier<Update> accepted(int place, Update update) {
                return () -> update;
            }

            @Override
            public void remembered(int place, String participant, float[][] memory) {}

            @Override
            public void refused(int place, String reason) {}

            @Override
            public void summed(List<SecureCollection.Outcome> sums) {}

            @Override
            public Measured measured() {
                return Measured.NONE;
            }

            @Override
            public void measuring(int round, List<String> participants) {}

            @Override
            public void scored(int place, ParticipantScore score) {}

            @Override
            public void missed(int place, String reason) {}

            @Override
            public void force() {}

            @Override
            public void committed(RunState state) {}

            @Override
            public void close() {}
        };
    }
}
