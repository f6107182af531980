"""Makes the folders beside this file: small models with random weights as transformers saves them, their inputs, and the
answers that transformers and PyTorch gave. Run with the versions named in README.md: python make.py"""
import os
import shutil

import numpy
import torch
import transformers as T

HERE = os.path.dirname(os.path.abspath(__file__))
BERT = dict(vocab_size=20, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=10,
            max_position_embeddings=14)
ROBERTA = dict(BERT, type_vocab_size=1, pad_token_id=1)
DEBERTA = dict(BERT, relative_attention=True, pooler_hidden_size=8)
VIT = dict(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=10, image_size=8, patch_size=4)
GPT2 = dict(vocab_size=20, n_embd=8, n_layer=2, n_head=2, n_positions=14, pad_token_id=0, bos_token_id=1, eos_token_id=2)
T5 = dict(vocab_size=20, d_model=8, d_kv=4, d_ff=10, num_layers=2, num_heads=2)
DISTIL = dict(vocab_size=20, dim=8, n_layers=2, n_heads=2, hidden_dim=10, max_position_embeddings=14)

MODELS = [
    ("Bert", "Bert", "Model", dict(BERT)),
    ("Bert", "Bert", "ForMaskedLM", dict(BERT, tie_word_embeddings=False)),
    ("Bert", "Bert", "ForPreTraining", dict(BERT, hidden_act="gelu_new")),
    ("Bert", "Bert", "ForSequenceClassification", dict(BERT, num_labels=3)),
    ("Bert", "Bert", "ForNextSentencePrediction", dict(BERT, layer_norm_eps=1e-5)),
    ("Roberta", "Roberta", "ForMaskedLM", dict(ROBERTA)),
    ("Roberta", "Roberta", "ForSequenceClassification", dict(ROBERTA, num_labels=3)),
    ("XLMRoberta", "XLMRoberta", "ForTokenClassification", dict(ROBERTA, num_labels=3)),
    ("XLMRoberta", "XLMRoberta", "ForMaskedLM", dict(ROBERTA, tie_word_embeddings=False)),
    ("Camembert", "Camembert", "ForQuestionAnswering", dict(ROBERTA)),
    ("Electra", "Electra", "ForPreTraining", dict(BERT, embedding_size=6)),
    ("Electra", "Electra", "ForMaskedLM", dict(BERT, embedding_size=6)),
    ("Electra", "Electra", "ForSequenceClassification", dict(BERT, embedding_size=8, num_labels=3)),
    ("Albert", "Albert", "ForPreTraining", dict(BERT, embedding_size=6, inner_group_num=2)),
    ("Albert", "Albert", "ForMaskedLM", dict(BERT, embedding_size=6, tie_word_embeddings=False)),
    ("Albert", "Albert", "ForSequenceClassification", dict(BERT, embedding_size=6, num_labels=3)),
    ("DistilBert", "DistilBert", "ForMaskedLM", dict(DISTIL, sinusoidal_pos_embds=True)),
    ("DistilBert", "DistilBert", "ForSequenceClassification", dict(DISTIL, num_labels=3)),
    ("MPNet", "MPNet", "Model", dict(BERT, pad_token_id=1)),
    ("MPNet", "MPNet", "ForMaskedLM", dict(BERT, pad_token_id=1, tie_word_embeddings=False)),
    ("DebertaV2", "DebertaV2", "Model", dict(DEBERTA, pos_att_type=["p2c", "c2p"], position_buckets=4,
                                             norm_rel_ebd="layer_norm", share_att_key=True)),
    ("DebertaV2", "DebertaV2", "ForMaskedLM", dict(DEBERTA, pos_att_type=["p2c"], conv_kernel_size=3)),
    ("DebertaV2", "DebertaV2", "ForQuestionAnswering", dict(DEBERTA, pos_att_type=["c2p"], type_vocab_size=2)),
    ("DebertaV2", "DebertaV2", "ForSequenceClassification", dict(DEBERTA, relative_attention=False, pos_att_type=[],
                                                                 norm_rel_ebd="layer_norm", num_labels=3)),
    ("DebertaV2", "DebertaV2", "ForTokenClassification", dict(DEBERTA, pos_att_type=["c2p", "p2c"],
                                                              position_biased_input=False, num_labels=3)),
    ("ViT", "ViT", "ForImageClassification", dict(VIT, num_labels=3)),
    ("ViT", "ViT", "Model", dict(VIT, pooler_output_size=5, pooler_act="relu", qkv_bias=False, num_channels=1)),
    ("GPT2", "GPT2", "LMHeadModel", dict(GPT2, tie_word_embeddings=False)),
    ("GPT2", "GPT2", "ForSequenceClassification", dict(GPT2, num_labels=3, scale_attn_by_inverse_layer_idx=True)),
    ("GPT2", "GPT2", "ForQuestionAnswering", dict(GPT2, n_inner=12, activation_function="silu")),
    ("T5", "T5", "EncoderModel", dict(T5, feed_forward_proj="gated-gelu")),
    ("T5", "T5", "EncoderModel", dict(T5, relative_attention_num_buckets=8, relative_attention_max_distance=16)),
    ("DebertaV2", "DebertaV2", "ForMaskedLM", dict(DEBERTA, pos_att_type=["c2p", "p2c"], legacy=False)),
]


def inputs(config, image):
    if image:
        return dict(pixel_values=torch.randn(2, config.num_channels, config.image_size, config.image_size))
    pad = getattr(config, "pad_token_id", None) or 0
    ids = torch.randint(3, 20, (3, 9))
    mask = torch.ones(3, 9, dtype=torch.long)
    for row, length in enumerate([9, 6, 2]):
        ids[row, length:] = pad
        mask[row, length:] = 0
    both = dict(input_ids=ids, attention_mask=mask)
    if getattr(config, "type_vocab_size", 1) > 1:
        both["token_type_ids"] = torch.randint(0, config.type_vocab_size, (3, 9))
    return both


for number, (family, prefix, head, settings) in enumerate(MODELS):
    torch.manual_seed(number)
    config = getattr(T, family + "Config")(**settings)
    model = getattr(T, prefix + head)(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    folder = os.path.join(HERE, "%02d-%s%s" % (number, prefix, head))
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    given = inputs(config, family == "ViT")
    with torch.no_grad():
        answers = model(**given)
    for name, value in given.items():
        numpy.save(os.path.join(folder, name + ".npy"), value.numpy())
    for name, value in answers.items():
        if isinstance(value, torch.Tensor):
            numpy.save(os.path.join(folder, "expected_" + name + ".npy"), value.numpy())
