package io.edgeai.federated;

import io.edgeai.federated.journal.Words;

/** Updates as a journal keeps them. Stateless. */
final class LoggedUpdate {
    private LoggedUpdate() {}

    /** Behind what else the record says. */
    static Words write(Words words, Update update) {
        float[] control = update.control();
        return words.put(update.samples())
                .put(update.initialLoss())
                .put(update.steps())
                .put(update.seconds())
                .put(update.version())
                .put(update.id())
                .put(update.bytes())
                .put(update.parameters())
                .put(control == null ? new float[0] : control);
    }

    static Update read(Words words) {
        int samples = words.integer();
        double initialLoss = words.number();
        int steps = words.integer();
        double seconds = words.number();
        long version = words.wide();
        long id = words.wide();
        long bytes = words.wide();
        float[] parameters = words.floats();
        float[] control = words.floats();
        return Update.received(parameters, samples)
                .initialLoss(initialLoss)
                .steps(steps)
                .seconds(seconds)
                .control(control.length == 0 ? null : control)
                .answering(version, id)
                .bytes(bytes);
    }
}
