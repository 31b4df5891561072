def test_demo(desk, linnaeus):
    r = linnaeus("train", "digits")
    print(r.out)
    print(r.err)
    assert r.status == 0
