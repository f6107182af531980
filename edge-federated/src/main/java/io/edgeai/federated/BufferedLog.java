package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.journal.Journal;
import io.edgeai.federated.journal.Words;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what happens in an asynchronous run: the state after each movement of the model, then each task that began and
 * what became of it. Without a file it writes nothing. Used by one thread.
 */
final class BufferedLog implements AutoCloseable {
    private static final int STATE = 16;
    private static final int BEGUN = 17;
    private static final int ACCEPTED = 18;
    private static final int REFUSED = 19;
    private static final int GIVEN_UP = 20;

    private final @Nullable Journal journal;
    private final String plan;
    private boolean waiting;

    private BufferedLog(@Nullable Journal journal, String plan) {
        this.journal = journal;
        this.plan = plan;
    }

    /**
     * Opens a file, where there is one, and brings the state to what it says.
     *
     * @throws InvalidInputException where it belongs to another plan
     */
    static BufferedLog open(@Nullable Path file, String plan, BufferedState state) {
        if (file == null) {
            return new BufferedLog(null, plan);
        }
        Journal journal = Journal.open(file);
        try {
            for (Journal.Entry entry : journal.entries()) {
                replay(file, plan, entry.kind(), Words.reading(journal.read(entry)), state);
            }
            BufferedLog log = new BufferedLog(journal, plan);
            if (journal.entries().isEmpty()) {
                log.moved(state);
            }
            return log;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private static void replay(Path file, String plan, int kind, Words words, BufferedState state) {
        switch (kind) {
            case STATE -> {
                String written = words.text();
                if (!written.equals(plan)) {
                    throw new InvalidInputException("Journal (" + file + ") belongs to the plan (" + written
                            + "), not to (" + plan + "). Maybe give this run a file of its own.");
                }
                state.read(words);
            }
            case BEGUN -> {
                int task = words.integer();
                String participant = words.text();
                int samples = words.integer();
                state.run.members.meet(participant, samples);
                if (state.begin(participant).number() != task) {
                    throw new InvalidInputException("Journal (" + file + ") has task (" + task + ") out of order.");
                }
            }
            case ACCEPTED -> state.take(words.integer(), LoggedUpdate.read(words));
            case REFUSED -> state.refuse(words.integer(), words.wide(), words.text());
            case GIVEN_UP -> state.giveUp(words.integer(), words.text());
            default ->
                throw new InvalidInputException("Journal (" + file + ") has a record of kind (" + kind
                        + "). Maybe a run in rounds wrote it: give this one a file of its own.");
        }
    }

    private void append(int kind, Words words) {
        if (journal != null) {
            journal.append(kind, words.payload());
            waiting = true;
        }
    }

    void begun(BufferedState.Open work, int samples) {
        append(BEGUN, Words.writing().put(work.number()).put(work.participant()).put(samples));
    }

    void accepted(int task, Update update) {
        append(ACCEPTED, LoggedUpdate.write(Words.writing().put(task), update));
    }

    void refused(int task, long update, String reason) {
        append(REFUSED, Words.writing().put(task).put(update).put(reason));
    }

    void givenUp(int task, String reason) {
        append(GIVEN_UP, Words.writing().put(task).put(reason));
    }

    /** All that was written is safe when this returns. */
    void force() {
        if (journal != null && waiting) {
            journal.force();
            waiting = false;
        }
    }

    /** The model has moved: what was written before is no longer needed. */
    void moved(BufferedState state) {
        if (journal != null) {
            Words words = Words.writing().put(plan);
            state.write(words);
            journal.restart(STATE, words.payload());
            waiting = false;
        }
    }

    @Override
    public void close() {
        if (journal != null) {
            journal.close();
        }
    }
}
