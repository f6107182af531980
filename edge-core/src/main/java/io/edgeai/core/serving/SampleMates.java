package io.edgeai.core.serving;

import java.util.List;

/** Samples of one length. */
record SampleMates(BatchCurve curve, List<SampleRequest> requests) implements Mates {
    /** An endpoint has one deadline for all samples: who came first has least time, and little less than the others. */
    @Override
    public boolean prefer(long shortest, long longest) {
        return curve.prefersTogether(inputs(), shortest);
    }

    @Override
    public boolean runOn(Runner.Model model, long nanos) {
        float[][] answers = model.predictEach(this, nanos);
        if (answers == null) {
            return false;
        }
        for (int i = 0; i < answers.length; i++) {
            requests.get(i).answer.complete(answers[i]);
        }
        return true;
    }

    @Override
    public boolean repayWaiting() {
        return curve.repaysWaiting(requests.size());
    }

    float[][] inputs() {
        float[][] inputs = new float[requests.size()][];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = requests.get(i).input;
        }
        return inputs;
    }
}
