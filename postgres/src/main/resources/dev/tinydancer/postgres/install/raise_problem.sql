IF problem IS NOT NULL THEN
    IF problem[4] IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = problem[1], MESSAGE = problem[2];
    ELSIF problem[3] IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = problem[1], MESSAGE = problem[2], HINT = problem[4];
    END IF;
    RAISE EXCEPTION USING ERRCODE = problem[1], MESSAGE = problem[2], DETAIL = problem[3], HINT = problem[4];
END IF;
