package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.evaluation.ParticipantScore;
import io.edgeai.federated.journal.Journal;
import io.edgeai.federated.journal.Words;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A log in a file: first the state after the last finished round, then who was selected for the next, then what became of
 * their work. Updates are read back from the file, so they do not fill the memory while they wait for their turn.
 */
final class JournalLog implements RoundLog {
    private static final int STATE = 1;
    private static final int SELECTED = 2;
    private static final int ACCEPTED = 3;
    private static final int REFUSED = 4;
    private static final int SUMMED = 5;
    private static final int REMEMBERED = 6;
    private static final int MEASURING = 7;
    private static final int SCORED = 8;
    private static final int MISSED = 9;
    private static final int GROUPS = 10;

    private final Journal journal;
    private final String plan;
    private Unfinished unfinished = Unfinished.NONE;
    private Measured measured = Measured.NONE;

    private JournalLog(Journal journal, String plan) {
        this.journal = journal;
        this.plan = plan;
    }

    /**
     * Opens a file and brings the state to what it says.
     *
     * @throws InvalidInputException where it belongs to another plan
     */
    static JournalLog open(Path file, String plan, RunState state) {
        Journal journal = Journal.open(file);
        try {
            JournalLog log = new JournalLog(journal, plan);
            log.recover(file, state);
            if (journal.entries().isEmpty()) {
                log.committed(state);
            }
            return log;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void recover(Path file, RunState state) {
        List<String> selected = new ArrayList<>();
        Map<Integer, Supplier<Update>> accepted = new HashMap<>();
        Map<Integer, String> refused = new HashMap<>();
        List<SecureCollection.Outcome> sums = new ArrayList<>();
        Map<Integer, Words> remembered = new HashMap<>();
        List<String> asked = new ArrayList<>();
        Map<Integer, ParticipantScore> scores = new HashMap<>();
        Map<Integer, String> missed = new HashMap<>();
        for (Journal.Entry entry : journal.entries()) {
            switch (entry.kind()) {
                case STATE -> readState(file, Words.reading(journal.read(entry)), state);
                case SELECTED -> {
                    Words words = Words.reading(journal.read(entry));
                    int round = words.integer();
                    selected.clear();
                    for (int i = words.integer(); i > 0; i--) {
                        selected.add(words.text());
                    }
                    if (round != state.nextRound()) {
                        throw new InvalidInputException("Journal (" + file + ") has round (" + round + ") after round ("
                                + state.rounds.size() + ").");
                    }
                }
                case ACCEPTED -> {
                    int place = Words.reading(journal.read(entry)).integer();
                    accepted.put(place, () -> update(entry));
                }
                case REFUSED -> {
                    Words words = Words.reading(journal.read(entry));
                    refused.put(words.integer(), words.text());
                }
                case SUMMED -> sums.add(sum(Words.reading(journal.read(entry))));
                case GROUPS -> {
                    Words words = Words.reading(journal.read(entry));
                    for (int i = words.integer(); i > 0; i--) {
                        sums.add(sum(words));
                    }
                }
                case REMEMBERED -> {
                    Words words = Words.reading(journal.read(entry));
                    remembered.put(words.integer(), words);
                }
                case MEASURING -> asked.addAll(ids(Words.reading(journal.read(entry))));
                case SCORED -> {
                    Words words = Words.reading(journal.read(entry));
                    scores.put(words.integer(), LoggedFigures.score(words));
                }
                case MISSED -> {
                    Words words = Words.reading(journal.read(entry));
                    missed.put(words.integer(), words.text());
                }
                default ->
                    throw new InvalidInputException("Journal (" + file + ") has a record of kind (" + entry.kind()
                            + "). Maybe a later version wrote it.");
            }
        }
        measured = asked.isEmpty() ? Measured.NONE : new Measured(asked, scores, missed);
        remembered.keySet().removeIf(place -> !accepted.containsKey(place) && !refused.containsKey(place));
        remembered.values().forEach(words -> state.members.remember(words.text(), words.rows()));
        unfinished = selected.isEmpty() ? Unfinished.NONE : new Unfinished(selected, accepted, refused, sums);
    }

    private static List<String> ids(Words words) {
        words.integer();
        List<String> ids = new ArrayList<>();
        for (int i = words.integer(); i > 0; i--) {
            ids.add(words.text());
        }
        return ids;
    }

    private void readState(Path file, Words words, RunState state) {
        String written = words.text();
        if (!written.equals(plan)) {
            throw new InvalidInputException("Journal (" + file + ") belongs to the plan (" + written + "), not to ("
                    + plan + "). Maybe give this run a file of its own.");
        }
        state.read(words);
        state.readFigures(words);
        state.readProtection(words);
    }

    private static SecureCollection.Outcome sum(Words words) {
        int[] sum = new int[words.integer()];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = words.integer();
        }
        List<Integer> survivors = new ArrayList<>();
        for (int i = words.integer(); i > 0; i--) {
            survivors.add(words.integer());
        }
        return new SecureCollection.Outcome(sum, survivors, Map.of());
    }

    private Update update(Journal.Entry entry) {
        Words words = Words.reading(journal.read(entry));
        words.integer();
        return LoggedUpdate.read(words);
    }

    @Override
    public Unfinished unfinished() {
        Unfinished once = unfinished;
        unfinished = Unfinished.NONE;
        return once;
    }

    @Override
    public void selected(int round, List<String> participants) {
        Words words = Words.writing().put(round).put(participants.size());
        participants.forEach(words::put);
        journal.append(SELECTED, words.payload());
        journal.force();
    }

    @Override
    public Supplier<Update> accepted(int place, Update update) {
        Journal.Entry entry = journal.append(
                ACCEPTED, LoggedUpdate.write(Words.writing().put(place), update).payload());
        return () -> update(entry);
    }

    @Override
    public void remembered(int place, String participant, float[][] memory) {
        journal.append(
                REMEMBERED,
                Words.writing().put(place).put(participant).put(memory).payload());
    }

    @Override
    public void refused(int place, String reason) {
        journal.append(REFUSED, Words.writing().put(place).put(reason).payload());
    }

    @Override
    public void summed(List<SecureCollection.Outcome> sums) {
        // Sums of groups are one record: those of some groups only would be another round.
        Words words = sums.size() == 1 ? Words.writing() : Words.writing().put(sums.size());
        for (SecureCollection.Outcome sum : sums) {
            words.put(sum.sum().length);
            for (int value : sum.sum()) {
                words.put(value);
            }
            words.put(sum.survivors().size());
            sum.survivors().forEach(words::put);
        }
        journal.append(sums.size() == 1 ? SUMMED : GROUPS, words.payload());
    }

    @Override
    public Measured measured() {
        Measured once = measured;
        measured = Measured.NONE;
        return once;
    }

    @Override
    public void measuring(int round, List<String> participants) {
        Words words = Words.writing().put(round).put(participants.size());
        participants.forEach(words::put);
        journal.append(MEASURING, words.payload());
        journal.force();
    }

    @Override
    public void scored(int place, ParticipantScore score) {
        Words words = Words.writing().put(place);
        LoggedFigures.write(words, score);
        journal.append(SCORED, words.payload());
    }

    @Override
    public void missed(int place, String reason) {
        journal.append(MISSED, Words.writing().put(place).put(reason).payload());
    }

    @Override
    public void force() {
        journal.force();
    }

    @Override
    public void committed(RunState state) {
        Words words = Words.writing().put(plan);
        state.write(words);
        state.writeFigures(words);
        state.writeProtection(words);
        journal.restart(STATE, words.payload());
    }

    @Override
    public void close() {
        journal.close();
    }
}
